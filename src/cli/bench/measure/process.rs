//! What a process and its children use: time on the processor, and resident memory.
//!
//! Invariant: time is read to the nanosecond and holds threads that have ended.

use std::time::Duration;

use anyhow::Context as _;
use nix::time::{ClockId, clock_getcpuclockid};
use nix::unistd::Pid;
use procfs::process::{Process, all_processes};

/// A process, with its children, and theirs.
#[derive(Debug, Clone, Copy)]
pub(in crate::cli::bench) struct Usage {
    pid: i32,
}

impl Usage {
    /// Of the process with this id.
    pub(in crate::cli::bench) fn of(pid: u32) -> Self {
        Self { pid: i32::try_from(pid).unwrap_or(i32::MAX) }
    }

    /// User and system time so far.
    ///
    /// # Errors
    /// When the process is gone.
    pub(in crate::cli::bench) fn cpu(self) -> anyhow::Result<Duration> {
        self.family().into_iter().map(cpu_of).sum::<Option<Duration>>().with_context(|| self.gone())
    }

    /// Resident memory in bytes.
    ///
    /// # Errors
    /// When the process is gone.
    pub(in crate::cli::bench) fn resident(self) -> anyhow::Result<u64> {
        let pages = |pid| Process::new(pid).and_then(|process| process.statm());
        let pages = self.family().into_iter().map(|pid| Some(pages(pid).ok()?.resident));
        let pages = pages.sum::<Option<u64>>().with_context(|| self.gone())?;
        Ok(pages * procfs::page_size())
    }

    fn gone(self) -> String {
        format!("process {} is gone", self.pid)
    }

    /// The process first; what ended meanwhile is left out.
    fn family(self) -> Vec<i32> {
        let parents: Vec<(i32, i32)> = all_processes()
            .into_iter()
            .flatten()
            .filter_map(|process| process.ok()?.stat().ok())
            .map(|stat| (stat.pid, stat.ppid))
            .collect();
        let mut family = vec![self.pid];
        let mut next = 0;
        while let Some(parent) = family.get(next).copied() {
            family.extend(parents.iter().filter(|(_, of)| *of == parent).map(|(pid, _)| *pid));
            next += 1;
        }
        family
    }
}

/// What this process has used so far, all threads.
pub(in crate::cli::bench) fn own_cpu() -> Duration {
    ClockId::CLOCK_PROCESS_CPUTIME_ID.now().map(Duration::from).unwrap_or_default()
}

fn cpu_of(pid: i32) -> Option<Duration> {
    let clock = clock_getcpuclockid(Pid::from_raw(pid)).ok()?;
    clock.now().ok().map(Duration::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_is_counted_and_a_child_too() {
        let me = Usage::of(std::process::id());
        let before = me.cpu().unwrap();
        let own = own_cpu();
        let mut sum = 0u64;
        while own_cpu() - own < Duration::from_millis(20) {
            sum = (0..10_000u64).fold(sum, |sum, n| std::hint::black_box(sum ^ n));
        }
        assert!(me.cpu().unwrap() - before >= Duration::from_millis(20), "{sum}");
        assert!(me.resident().unwrap() > 1_000_000);
        let mut child =
            std::process::Command::new("cat").stdin(std::process::Stdio::piped()).spawn().unwrap();
        let id = i32::try_from(child.id()).unwrap();
        assert!(me.family().contains(&id));
        drop(child.stdin.take());
        child.wait().unwrap();
        assert!(Usage::of(child.id()).resident().is_err());
    }
}
