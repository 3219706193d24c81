//! Which core runs what: the server the first, the load the second.
//!
//! Invariant: on a machine with one core nothing is pinned, and the report says so.

use std::process::Command;

use nix::sched::{CpuSet, sched_getaffinity, sched_setaffinity};
use nix::unistd::Pid;

/// Two cores of those that this process may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::cli::bench) struct Cores {
    /// The server's.
    pub(in crate::cli::bench) server: usize,
    /// The load's.
    pub(in crate::cli::bench) load: usize,
}

impl Cores {
    /// The first two; none when there aren't two.
    pub(in crate::cli::bench) fn find() -> Option<Self> {
        let allowed = sched_getaffinity(Pid::from_raw(0)).ok()?;
        let mut cores = (0..CpuSet::count()).filter(|core| allowed.is_set(*core).unwrap_or(false));
        Some(Self { server: cores.next()?, load: cores.next()? })
    }

    /// Keeps the calling thread, and those that it starts, on the load's core.
    ///
    /// # Errors
    /// What the system says.
    pub(in crate::cli::bench) fn pin_load(self) -> nix::Result<()> {
        let mut set = CpuSet::new();
        set.set(self.load)?;
        sched_setaffinity(Pid::from_raw(0), &set)
    }
}

/// A command that runs `program` on the server's core, where there is one.
pub(in crate::cli::bench) fn on_server_core(cores: Option<Cores>, program: &str) -> Command {
    match cores {
        Some(cores) => {
            let mut command = Command::new("taskset");
            command.args(["-c", &cores.server.to_string(), program]);
            command
        }
        None => Command::new(program),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pinned_thread_stays_on_its_core() {
        let Some(cores) = Cores::find() else { return };
        assert_ne!(cores.server, cores.load);
        let pinned = std::thread::spawn(move || {
            cores.pin_load().unwrap();
            let set = sched_getaffinity(Pid::from_raw(0)).unwrap();
            (0..CpuSet::count()).filter(|core| set.is_set(*core).unwrap()).collect::<Vec<_>>()
        });
        assert_eq!(pinned.join().unwrap(), [cores.load]);
    }
}
