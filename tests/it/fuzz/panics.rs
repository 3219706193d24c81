//! Counts panics outside the tests' own files. A task's panic ends in its handle, where nobody
//! looks; the hook sees every one.

use std::panic;
use std::sync::Once;
use std::sync::atomic::{AtomicUsize, Ordering};

static PANICS: AtomicUsize = AtomicUsize::new(0);

/// How many there were since [`counted`].
pub(super) struct Panics(usize);

impl Panics {
    pub(super) fn now(&self) -> usize {
        PANICS.load(Ordering::SeqCst) - self.0
    }
}

/// Counts from now on.
pub(super) fn counted() -> Panics {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let told = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if info.location().is_none_or(|place| !place.file().starts_with("tests/")) {
                PANICS.fetch_add(1, Ordering::SeqCst);
            }
            told(info);
        }));
    });
    Panics(PANICS.load(Ordering::SeqCst))
}
