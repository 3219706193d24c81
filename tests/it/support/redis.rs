//! A real redis-server of the test's own. It must not know the bus. Invariant: it keeps its port
//! and its arguments over a restart and nothing else: no persistence.

use super::port::ReservedPort;
use super::process::{Launch, Paused, Process, find_program};

/// A redis-server on the loopback; gone when dropped.
pub(crate) struct Redis {
    port: u16,
    arguments: Vec<String>,
    process: Option<Process>,
}

impl Redis {
    /// Starts a server on a free port.
    pub(crate) fn start() -> Self {
        Self::start_with(|_| Vec::new())
    }

    /// The same with further arguments, which are made for its port.
    pub(crate) fn start_with(arguments: impl FnOnce(u16) -> Vec<String>) -> Self {
        let port = ReservedPort::take().release();
        let mut redis = Self { port, arguments: arguments(port), process: None };
        redis.restart();
        redis
    }

    /// `redis://127.0.0.1:port`.
    pub(crate) fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// The port it listens on, also after a restart.
    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// Kills the server with SIGKILL: nobody is told.
    pub(crate) fn stop(&mut self) {
        self.process = None;
    }

    /// Lets it stand still.
    pub(crate) fn pause(&self) -> Paused<'_> {
        self.process.as_ref().expect("it runs").pause()
    }

    /// Stops it if it runs, and starts an empty one on the same port.
    pub(crate) fn restart(&mut self) {
        self.stop();
        let server = find_program("redis-server", &[], "apt-get install -y redis-server");
        let port = self.port.to_string();
        let mut program = vec![
            server.to_str().expect("program paths are UTF-8"),
            "--bind",
            "127.0.0.1",
            "--port",
            &port,
            "--save",
            "",
            "--appendonly",
            "no",
        ];
        program.extend(self.arguments.iter().map(String::as_str));
        self.process = Some(Process::start(&Launch {
            program,
            ready_line: "Ready to accept connections",
            end_signal: "KILL",
            remove_folder: None,
        }));
    }
}
