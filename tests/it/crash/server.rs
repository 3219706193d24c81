//! The real program on a data folder and a port of its own, killed, stopped and started again.

use std::net::SocketAddr;
use std::path::PathBuf;

use tempfile::TempDir;

use crate::support::process::{Launch, Paused, Process};
use crate::support::{Backend, ReservedPort};

/// `xunfang serve`; gone when dropped.
pub(crate) struct Server {
    data: PathBuf,
    environment: Vec<String>,
    port: u16,
    process: Option<Process>,
    _folder: TempDir,
}

impl Server {
    /// Not yet started; the port stays its own over restarts.
    pub(crate) fn on(backend: &Backend) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let data = backend.folder().unwrap_or(folder.path()).to_owned();
        let url = if backend.is_sqlite() { "" } else { backend.url() };
        Self {
            data,
            environment: vec![format!("XUNFANG__DATABASE__URL={url}")],
            port: ReservedPort::take().release(),
            process: None,
            _folder: folder,
        }
    }

    /// The same with this Redis between the nodes.
    pub(crate) fn told_by(mut self, redis: u16) -> Self {
        self.environment.push(format!("XUNFANG__BUS__URL=redis://127.0.0.1:{redis}"));
        self
    }

    pub(crate) fn address(&self) -> SocketAddr {
        ([127, 0, 0, 1], self.port).into()
    }

    /// Starts it, and returns once it says that it listens.
    pub(crate) fn start(&mut self) {
        self.start_with(&[]);
    }

    /// The same with more in its environment, each as `NAME=value`.
    pub(crate) fn start_with(&mut self, more: &[String]) {
        let listen = self.address().to_string();
        let mut program = vec!["env"];
        program.extend(self.environment.iter().chain(more).map(String::as_str));
        program.extend([env!("CARGO_BIN_EXE_xunfang"), "serve", "--listen", &listen]);
        program.extend(["--metrics", "", "--data", self.data.to_str().unwrap()]);
        let launch = Launch {
            program,
            ready_line: "xunfang listens on",
            end_signal: "KILL",
            remove_folder: None,
        };
        self.process = Some(tokio::task::block_in_place(|| Process::start(&launch)));
    }

    /// Lets it stand still.
    pub(crate) fn pause(&self) -> Paused<'_> {
        tokio::task::block_in_place(|| self.process.as_ref().expect("it runs").pause())
    }

    /// `kill -9`; returns when it is dead.
    pub(crate) fn kill(&mut self) {
        tokio::task::block_in_place(|| self.process = None);
    }
}
