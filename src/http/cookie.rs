//! The cookie that holds a browser's session.
//!
//! Invariant: scripts of our own pages can't read it, pages of others don't send it along, and
//! over TLS no other host or path can set it.

use axum::http::{HeaderName, header};
use axum::response::AppendHeaders;

use crate::app::SignedIn;
use crate::protocol::{SECURE_SESSION_COOKIE, SESSION_COOKIE};

pub(super) type SetCookie = AppendHeaders<Vec<(HeaderName, String)>>;

/// The cookie of a session that began.
pub(super) fn cookie(signed_in: &SignedIn, secure: bool) -> SetCookie {
    AppendHeaders(vec![one(&signed_in.token, signed_in.began.lasts_ms / 1_000, secure)])
}

/// Takes it back, under both names.
pub(super) fn cleared(secure: bool) -> SetCookie {
    let names = if secure { &[true, false][..] } else { &[false] };
    AppendHeaders(names.iter().map(|secure| one("", 0, *secure)).collect())
}

fn one(token: &str, lasts_s: i64, secure: bool) -> (HeaderName, String) {
    let (name, secure) =
        if secure { (SECURE_SESSION_COOKIE, "; Secure") } else { (SESSION_COOKIE, "") };
    let value =
        format!("{name}={token}; Path=/; HttpOnly; SameSite=Strict; Max-Age={lasts_s}{secure}");
    (header::SET_COOKIE, value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn over_tls_the_browser_holds_the_cookie_to_this_host() {
        for (secure, expected) in [
            (false, "xunfang_session=t; Path=/; HttpOnly; SameSite=Strict; Max-Age=60"),
            (
                true,
                "__Host-xunfang_session=t; Path=/; HttpOnly; SameSite=Strict; Max-Age=60; Secure",
            ),
        ] {
            assert_eq!(one("t", 60, secure).1, expected);
        }
    }
}
