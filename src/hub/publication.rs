//! An event as it is published: who receives it, and in which form.
//!
//! Live and when a log is read later, the same two comparisons decide: here for one session, in
//! [`super::Hub::publish_event`] for all at once.

use std::sync::Arc;

use crate::domain::{Audience, AudienceKey};

/// The forms of one event, each what follows the head of its frame.
#[derive(Debug, Clone)]
pub struct EventForms {
    /// For whoever may read all of it.
    pub whole: Arc<str>,
    /// For the others, where there is something to mask.
    pub masked: Option<Arc<str>>,
    /// For whoever no longer sees what it is about.
    pub forget: Option<Arc<str>>,
}

#[cfg(test)]
impl From<Arc<str>> for EventForms {
    fn from(whole: Arc<str>) -> Self {
        Self { whole, masked: None, forget: None }
    }
}

/// An event in its place, ready to be sent to anybody.
#[derive(Debug, Clone)]
pub struct Publication {
    /// Its place in its district's log.
    pub seq: i64,
    /// Who receives it.
    pub audience: Audience,
    /// What they receive.
    pub forms: EventForms,
}

/// A part of a district's log.
#[derive(Debug, Clone, Default)]
pub struct Page {
    /// Its events, in order.
    pub events: Vec<Arc<Publication>>,
    /// The place up to which nothing is missing.
    pub to: i64,
    /// Whether all that comes after it is published here later than the page was asked for.
    pub is_last: bool,
}

impl Publication {
    /// One with nothing to mask.
    #[cfg(test)]
    pub(crate) fn plain(seq: i64, sees: impl Into<Vec<AudienceKey>>, whole: Arc<str>) -> Self {
        Self { seq, audience: Audience::of(sees), forms: whole.into() }
    }

    /// What a session with these keys is sent of it.
    pub fn form_for(&self, keys: &[AudienceKey]) -> Option<&Arc<str>> {
        let holds = |of: &[AudienceKey]| of.iter().any(|key| keys.contains(key));
        if holds(&self.audience.sees) {
            let masked = self.forms.masked.as_ref().filter(|_| !holds(&self.audience.clear));
            return Some(masked.unwrap_or(&self.forms.whole));
        }
        self.forms.forget.as_ref().filter(|_| holds(&self.audience.left))
    }

    /// Its length in bytes, all forms together.
    pub fn len(&self) -> usize {
        let others = [&self.forms.masked, &self.forms.forget];
        self.forms.whole.len()
            + others.iter().filter_map(|form| form.as_ref()).map(|form| form.len()).sum::<usize>()
    }

    /// Whether it holds nothing.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(names: &[&str]) -> Vec<AudienceKey> {
        names.iter().map(|name| AudienceKey::from((*name).to_owned())).collect()
    }

    #[test]
    fn each_is_sent_the_form_that_they_may_read() {
        let (sees, clear, left) = (keys(&["desk", "team"]), keys(&["clear"]), keys(&["old"]));
        let text = |text: &str| Some(Arc::from(text));
        let forms = EventForms {
            whole: Arc::from("whole"),
            masked: text("masked"),
            forget: text("forget"),
        };
        let event = Publication { seq: 1, audience: Audience { sees, clear, left }, forms };
        for (held, form) in [
            (&["desk"][..], Some("masked")),
            (&["team", "clear"], Some("whole")),
            (&["team", "old"], Some("masked")),
            (&["old"], Some("forget")),
            (&["clear"], None),
            (&[], None),
        ] {
            assert_eq!(event.form_for(&keys(held)).map(|form| &**form), form, "{held:?}");
        }
        assert_eq!(event.len(), 17);
    }
}
