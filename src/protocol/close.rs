//! Why a connection ends, and whether to come back: the close code says both.
//!
//! 4000 to 4099: connect again, with back-off. 4100 to 4199: don't, until a person acts.

/// Why the server closes a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CloseReason {
    /// The server stops or restarts.
    Draining,
    /// A frame over the limit.
    FrameTooLarge,
    /// The first message wasn't `hello`.
    NoHello,
    /// No `hello` in time, or silence after a ping: the network's fault as likely as not.
    Silent,
    /// The client reads too slowly.
    TooSlow,
    /// Too many messages a second.
    Flooding,
    /// The member serves in another district now.
    Moved,
    /// Nobody is signed in, or no longer.
    Unauthenticated,
    /// A version that this server doesn't speak.
    Version,
    /// The server's own fault.
    Internal,
}

impl CloseReason {
    /// Every reason.
    pub const ALL: &'static [Self] = &[
        Self::Draining,
        Self::FrameTooLarge,
        Self::NoHello,
        Self::Silent,
        Self::TooSlow,
        Self::Flooding,
        Self::Moved,
        Self::Unauthenticated,
        Self::Version,
        Self::Internal,
    ];

    /// The WebSocket close code.
    pub fn code(self) -> u16 {
        match self {
            Self::FrameTooLarge => 1009,
            Self::Draining => 4001,
            Self::Silent => 4002,
            Self::Flooding => 4003,
            Self::Internal => 4004,
            Self::Moved => 4005,
            Self::TooSlow => 4008,
            Self::Unauthenticated => 4101,
            Self::NoHello => 4102,
            Self::Version => 4103,
        }
    }

    /// Whether the client should connect again by itself.
    pub fn may_reconnect(self) -> bool {
        may_reconnect(self.code())
    }

    /// The close frame's reason, in English for logs.
    pub fn reason(self) -> &'static str {
        match self {
            Self::FrameTooLarge => "frame over 64 KiB",
            Self::Draining => "server is stopping, connect again",
            Self::Silent => "nothing was heard, connect again",
            Self::Flooding => "too many messages",
            Self::Internal => "server error, connect again",
            Self::TooSlow => "reading too slowly, connect again",
            Self::Moved => "another district now, connect again",
            Self::Unauthenticated => "sign in first",
            Self::NoHello => "say hello first",
            Self::Version => "unknown protocol version",
        }
    }
}

/// Whether a client that was closed with this code should connect again by itself; it holds for
/// codes of later versions too.
pub fn may_reconnect(code: u16) -> bool {
    !(4100..4200).contains(&code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_4100s_say_stay_away() {
        for (reason, again) in [
            (CloseReason::FrameTooLarge, true),
            (CloseReason::Draining, true),
            (CloseReason::TooSlow, true),
            (CloseReason::Unauthenticated, false),
            (CloseReason::Version, false),
        ] {
            assert_eq!(reason.may_reconnect(), again, "{reason:?}");
        }
    }
}
