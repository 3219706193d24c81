//! The real program on a data folder and a port of its own, killed and started again.

use std::net::SocketAddr;
use std::path::PathBuf;

use tempfile::TempDir;

use crate::support::process::{Launch, Process};
use crate::support::{Backend, ReservedPort};

/// `xunfang serve`; gone when dropped.
pub(super) struct Server {
    data: PathBuf,
    store: String,
    port: u16,
    process: Option<Process>,
    _folder: TempDir,
}

impl Server {
    /// Not yet started; the port stays its own over restarts.
    pub(super) fn on(backend: &Backend) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let data = backend.folder().unwrap_or(folder.path()).to_owned();
        let url = if backend.is_sqlite() { "" } else { backend.url() };
        Self {
            data,
            store: format!("XUNFANG__DATABASE__URL={url}"),
            port: ReservedPort::take().release(),
            process: None,
            _folder: folder,
        }
    }

    pub(super) fn address(&self) -> SocketAddr {
        ([127, 0, 0, 1], self.port).into()
    }

    /// Starts it, and returns once it says that it listens.
    pub(super) fn start(&mut self) {
        let listen = self.address().to_string();
        let data = self.data.to_str().unwrap();
        let program = vec![
            "env",
            &self.store,
            env!("CARGO_BIN_EXE_xunfang"),
            "serve",
            "--listen",
            &listen,
            "--metrics",
            "",
            "--data",
            data,
        ];
        let launch = Launch {
            program,
            ready_line: "xunfang listens on",
            end_signal: "KILL",
            remove_folder: None,
        };
        self.process = Some(tokio::task::block_in_place(|| Process::start(&launch)));
    }

    /// `kill -9`; returns when it is dead.
    pub(super) fn kill(&mut self) {
        tokio::task::block_in_place(|| self.process = None);
    }
}
