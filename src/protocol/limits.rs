//! Sizes and times that both sides keep to, each with its reason.

/// The largest frame that the server reads: a report with its text is under 10 KiB.
pub const MAX_FRAME_BYTES: usize = 64 * 1024;
/// Fixes in one `position` message: a phone that was without signal for 15 minutes at 0.1 Hz.
pub const MAX_FIXES: usize = 100;
/// A connection must say `hello` within this, or it holds a socket for nothing.
pub const HELLO_WITHIN_MS: u64 = 10_000;
/// The server pings a connection after this much silence: under the usual 30 s of mobile NATs.
pub const PING_AFTER_MS: u64 = 25_000;
/// And gives it up this much later.
pub const PONG_WITHIN_MS: u64 = 10_000;
/// A quiet client gets a watermark within this.
pub const WATERMARK_WITHIN_MS: u64 = 10_000;
/// A socket that takes no byte for this long is closed, resumable.
pub const WRITE_STALL_MS: u64 = 10_000;
/// A client further behind than this is told the state anew: a busy night of a district has a
/// tenth of it, and beyond it the state is smaller than what led to it.
pub const REPLAY_EVENTS: i64 = 10_000;
/// A client that a stopping server closes comes back after a random part of this.
pub const MOVE_WITHIN_MS: u64 = 2_000;
/// Positions go out this often.
pub const TICK_MS: u64 = 250;
/// Commands and position messages of one connection that the server works on at once; one more is
/// refused with `busy`. A phone that was offline sends its outbox a few at a time anyway.
pub const MAX_IN_FLIGHT: usize = 32;
/// Calls for help that are begun beside them: somebody who is refused taps again.
pub const MAX_SOS_IN_FLIGHT: usize = 8;
/// Messages a second that a connection may send for long: a phone sends two, a load tester fewer
/// than this on each connection.
pub const MESSAGES_PER_S: u32 = 50;
/// And at once, after silence: an offline outbox, or a page that opens.
pub const MESSAGES_BURST: u32 = 200;
