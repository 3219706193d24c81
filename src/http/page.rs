//! Lists in pages: how many, from where, and where the next one begins.

use serde::Serialize;
use utoipa::ToSchema;

use super::error::Answer;
use crate::protocol::Refusal;

/// Items of a page when nobody says how many.
const USUAL: u32 = 100;
/// Items of a page at most: some hundred KiB of JSON.
pub(super) const MOST: u32 = 500;

/// A page of a list.
#[derive(Debug, PartialEq, Serialize, ToSchema)]
pub(super) struct Page<T: ToSchema> {
    /// Its items. There may be few or none although another page follows.
    pub(super) items: Vec<T>,
    /// What to ask for the next page with; null when this is the last.
    #[schema(required)]
    pub(super) next: Option<String>,
}

impl<T: ToSchema> Page<T> {
    /// A page of what was read with a limit of one more than the page has; `cursor` names the
    /// place of its last item.
    pub(super) fn of(mut items: Vec<T>, limit: u32, cursor: impl Fn(&T) -> String) -> Self {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let more = items.len() > limit;
        items.truncate(limit);
        let next = items.last().filter(|_| more).map(cursor);
        Self { items, next }
    }
}

/// The limit that was asked for.
pub(super) fn limit(asked: Option<u32>) -> Answer<u32> {
    match asked.unwrap_or(USUAL) {
        limit @ 1..=MOST => Ok(limit),
        _ => Err(Refusal::invalid("limit", format!("1 to {MOST}")).into()),
    }
}

/// A place in a list that is ordered by time and then by id.
pub(super) fn place(at_ms: i64, id: &str) -> String {
    format!("{at_ms}.{id}")
}

/// Reads what [`place`] wrote.
pub(super) fn parse_place<I: From<String>>(field: &str, text: &str) -> Answer<(i64, I)> {
    let place = text
        .split_once('.')
        .and_then(|(at_ms, id)| Some((at_ms.parse::<i64>().ok()?, I::from(id.to_owned()))));
    Ok(place.ok_or_else(|| Refusal::invalid(field, "not the `next` of an earlier page"))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_full_page_has_a_next_one() {
        for (read, limit, items, next) in
            [(0, 2, 0, None), (2, 2, 2, None), (3, 2, 2, Some("2")), (1, 2, 1, None)]
        {
            let page = Page::of((1..=read).collect::<Vec<i32>>(), limit, ToString::to_string);
            assert_eq!((page.items.len(), page.next.as_deref()), (items, next), "{read}");
        }
    }

    #[test]
    fn places_round_trip_and_others_are_refused() {
        let parse = |text: &str| parse_place::<String>("after", text);
        assert_eq!(parse(&place(-5, "a.b")).unwrap(), (-5, "a.b".to_owned()));
        for text in ["", "5", "x.a", "99999999999999999999.a"] {
            assert_eq!(parse(text).unwrap_err().0.field.as_deref(), Some("after"), "{text}");
        }
    }

    #[test]
    fn limits_are_held() {
        assert_eq!(limit(None).unwrap(), USUAL);
        assert_eq!(limit(Some(MOST)).unwrap(), MOST);
        assert!(limit(Some(0)).is_err() && limit(Some(MOST + 1)).is_err());
    }
}
