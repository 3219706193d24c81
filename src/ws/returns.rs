//! How often a sign-in session may come back: each return costs a look at its rights, and may cost
//! a snapshot.
//!
//! By session and not by address: a whole county sits behind one address, and all of it comes back
//! when a server restarts.

use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::Mutex;

use super::flood::{Bucket, Flow};
use crate::domain::SessionId;

/// A phone in and out of tunnels comes back some times a minute, a few tabs at once.
const RETURNS: Flow = Flow { burst: 60, per_s: 1 };
/// Sessions that are kept in mind before those that were quiet are forgotten.
const SESSIONS: usize = 10_000;

/// The returns of all sessions. Clones share them.
#[derive(Debug, Clone, Default)]
pub(super) struct Returns(Arc<Mutex<HashMap<SessionId, Bucket>>>);

impl Returns {
    /// Whether a session may be greeted now.
    pub(super) fn may(&self, session: &SessionId, now_ms: i64) -> bool {
        let mut sessions = self.0.lock();
        if sessions.len() >= SESSIONS {
            sessions.retain(|_, bucket| !bucket.is_full(now_ms));
        }
        let bucket =
            sessions.entry(session.clone()).or_insert_with(|| Bucket::new(RETURNS, now_ms));
        bucket.take(now_ms)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_session_is_held_back_and_the_others_are_not() {
        let returns = Returns::default();
        let (one, other) = (SessionId::from("one"), SessionId::from("other"));
        let let_in = (0..100).filter(|_| returns.may(&one, 0)).count();
        assert_eq!(let_in, 60);
        assert!(returns.may(&other, 0));
        assert!(returns.may(&one, 1_000));
    }

    #[test]
    fn quiet_sessions_are_forgotten() {
        let returns = Returns::default();
        for n in 0..SESSIONS {
            assert!(returns.may(&SessionId::from(format!("s{n}")), 0));
        }
        assert!(returns.may(&SessionId::from("late"), 60_000));
        assert_eq!(returns.0.lock().len(), 1);
    }
}
