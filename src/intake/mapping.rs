//! The mapping of a source: which column is what, and under which class its kinds hang.

use std::collections::BTreeMap;

use jiff::civil::{DateTime, date};
use jiff::fmt::strtime;
use serde::{Deserialize, Serialize};

use crate::domain::TopKind;
use crate::domain::kind::BUILT_IN;

/// Directives that say more than a local time; such a column would be read as if it were local.
const NOT_LOCAL: [&str; 6] = ["%z", "%:z", "%Z", "%Q", "%:Q", "%s"];

/// How to read the incidents of a source.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// Which column is what.
    pub(super) columns: Columns,
    /// The form of the time columns, joined by a space, in the notation of `strftime`.
    pub(super) time_format: String,
    /// Where the source's kinds hang.
    pub(super) kinds: Kinds,
}

/// Which column is what.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Columns {
    /// The id in the source.
    pub(super) id: String,
    /// The local time, in one column or several.
    pub(super) time: OneOrMore,
    /// The kind, taken as it is written.
    pub(super) kind: String,
    /// Degrees east.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) lng: Option<String>,
    /// Degrees north.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) lat: Option<String>,
}

/// A name or a list of names.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub(super) enum OneOrMore {
    One(String),
    More(Vec<String>),
}

impl OneOrMore {
    pub(super) fn as_slice(&self) -> &[String] {
        match self {
            Self::One(name) => std::slice::from_ref(name),
            Self::More(names) => names,
        }
    }
}

/// Where the source's kinds hang.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Kinds {
    /// The class of a kind that isn't listed.
    pub(super) default: TopKind,
    /// The class of each kind, by its text in the source.
    #[serde(default)]
    pub(super) class: BTreeMap<String, TopKind>,
}

/// A mapping that can't be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MappingError {
    /// Not TOML of the form.
    #[error("{0}")]
    Form(String),
    /// A time format that doesn't name a local time.
    #[error("time_format {format:?}: {why}")]
    TimeFormat {
        /// The format.
        format: String,
        /// What is wrong with it.
        why: String,
    },
    /// Only one of the two coordinates.
    #[error("columns.lng and columns.lat: name both, or neither")]
    HalfPoint,
    /// No time column.
    #[error("columns.time: name at least one column")]
    NoTime,
    /// A built-in kind hung elsewhere.
    #[error("kinds.class: {kind:?} is a kind of our own, and hangs under {top}")]
    BuiltIn {
        /// The kind.
        kind: String,
        /// Its class.
        top: TopKind,
    },
}

impl Mapping {
    /// Reads and checks a mapping.
    ///
    /// # Errors
    /// [`MappingError`].
    pub fn parse(text: &str) -> Result<Self, MappingError> {
        let mapping: Self = toml::from_str(text.trim_start_matches('\u{feff}'))
            .map_err(|error| MappingError::Form(error.to_string().trim_end().to_owned()))?;
        mapping.check()?;
        Ok(mapping)
    }

    /// The same as TOML.
    pub fn to_toml(&self) -> String {
        toml::to_string(self).expect("a mapping has string keys and no null")
    }

    fn check(&self) -> Result<(), MappingError> {
        if self.columns.lng.is_some() != self.columns.lat.is_some() {
            return Err(MappingError::HalfPoint);
        }
        if self.columns.time.as_slice().is_empty() {
            return Err(MappingError::NoTime);
        }
        for (kind, class) in &self.kinds.class {
            if let Some(top) = built_in(kind).filter(|top| top != class) {
                return Err(MappingError::BuiltIn { kind: kind.clone(), top });
            }
        }
        check_format(&self.time_format).map_err(|why| {
            let format = self.time_format.clone();
            MappingError::TimeFormat { format, why }
        })
    }

    /// The class that a kind of the source hangs under.
    pub(super) fn class(&self, kind: &str) -> TopKind {
        let listed = self.kinds.class.get(kind).copied();
        listed.or_else(|| built_in(kind)).unwrap_or(self.kinds.default)
    }

    /// The class of a row without a kind.
    pub(super) fn default_class(&self) -> TopKind {
        self.kinds.default
    }
}

/// The class of a kind that every district has.
pub(super) fn built_in(kind: &str) -> Option<TopKind> {
    BUILT_IN.iter().find(|(code, ..)| *code == kind).map(|(_, top, _)| *top)
}

/// A format must name the day, whatever the hour.
fn check_format(format: &str) -> Result<(), String> {
    if let Some(found) = NOT_LOCAL.iter().find(|directive| format.contains(**directive)) {
        return Err(format!("{found} has no place in a local time"));
    }
    let sample = date(2021, 11, 24).at(20, 5, 9, 0);
    let text = strtime::format(format, sample).map_err(|error| error.to_string())?;
    let back = DateTime::strptime(format, &text).map_err(|error| error.to_string())?;
    if back.date() == sample.date() {
        Ok(())
    } else {
        Err("it doesn't name year, month and day".to_owned())
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(crate) const MAPPING: &str = r#"
        time_format = "%Y-%m-%d %H:%M"
        [columns]
        id = "no"
        time = ["day", "hour"]
        kind = "what"
        lng = "x"
        lat = "y"
        [kinds]
        default = "other"
        class = { "Arson" = "criminal", "路灯" = "hazard" }
    "#;

    #[test]
    fn the_shipped_example_is_a_mapping() {
        let text = include_str!("../../docs/examples/philadelphia22.toml");
        let mapping = Mapping::parse(text).unwrap();
        assert_eq!(mapping.class("Arson"), TopKind::Criminal);
        assert_eq!(mapping.class("DRIVING UNDER THE INFLUENCE"), TopKind::Traffic);
        assert_eq!(mapping.class("Jaywalking"), TopKind::Other);
    }

    #[test]
    fn kinds_hang_where_they_are_listed_or_built_in_or_by_default() {
        let mapping = Mapping::parse(MAPPING).unwrap();
        for (kind, class) in [
            ("Arson", TopKind::Criminal),
            ("路灯", TopKind::Hazard),
            ("hazard.manhole", TopKind::Hazard),
            ("arson", TopKind::Other),
        ] {
            assert_eq!(mapping.class(kind), class, "{kind}");
        }
    }

    #[test]
    fn what_is_no_mapping_says_why() {
        let cases = [
            ("lat = \"y\"", "", "columns.lng and columns.lat: name both"),
            ("[\"day\", \"hour\"]", "[]", "columns.time: name at least one"),
            ("%Y-%m-%d %H:%M", "%H:%M", "time_format \"%H:%M\""),
            ("%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M%z", "%z has no place in a local time"),
            ("%Y-%m-%d %H:%M", "%Y-%m", "time_format \"%Y-%m\""),
            ("= \"other\"", "= \"others\"", "unknown variant `others`"),
            ("id = \"no\"", "idd = \"no\"", "unknown field `idd`"),
            ("id = \"no\"", "", "missing field `id`"),
            ("\"Arson\"", "\"fire\"", "\"fire\" is a kind of our own, and hangs under fire"),
            ("[kinds]", "[kinds", "TOML parse error"),
        ];
        for (right, wrong, reason) in cases {
            let text = MAPPING.replacen(right, wrong, 1);
            let error = Mapping::parse(&text).unwrap_err().to_string();
            assert!(error.contains(reason), "{wrong}: {error}");
        }
    }
}
