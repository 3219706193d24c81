//! `--set key=value,…`.
//!
//! It must not know defaults. Invariant: a key that nobody takes is an error.

use std::collections::BTreeMap;
use std::str::FromStr;

/// Wrong use of the command line: exit code 2.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct UsageError(pub(super) String);

/// Settings that have not been taken yet.
pub(super) struct Settings(BTreeMap<String, String>);

impl Settings {
    /// Reads `a=1,b=2` lists; a key given twice is an error.
    pub(super) fn parse(lists: &[String]) -> Result<Self, UsageError> {
        let mut settings = BTreeMap::new();
        for pair in lists.iter().flat_map(|list| list.split(',')).filter(|pair| !pair.is_empty()) {
            let Some((key, value)) = pair.split_once('=') else {
                return Err(UsageError(format!("--set {pair:?} is not key=value")));
            };
            let (key, value) = (key.trim().to_owned(), value.trim().to_owned());
            if settings.insert(key.clone(), value).is_some() {
                return Err(UsageError(format!("--set gives {key} twice")));
            }
        }
        Ok(Self(settings))
    }

    /// Takes a value, or the default; `accept` says whether the value makes sense.
    pub(super) fn take<T: FromStr>(
        &mut self,
        key: &str,
        default: T,
        accept: impl Fn(&T) -> bool,
    ) -> Result<T, UsageError> {
        let Some(text) = self.0.remove(key) else { return Ok(default) };
        let value = text.parse().ok().filter(accept);
        value.ok_or_else(|| UsageError(format!("--set {key}={text} is not a valid value")))
    }

    /// Fails when a key is left.
    pub(super) fn finish(self, known: &str) -> Result<(), UsageError> {
        match self.0.into_keys().next() {
            None => Ok(()),
            Some(key) => Err(UsageError(format!("--set {key} is unknown here; there is {known}"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(text: &str) -> Settings {
        Settings::parse(&[text.to_owned()]).unwrap()
    }

    #[test]
    fn values_defaults_and_leftovers() {
        let mut given = settings("b=5,alpha=0.01");
        assert_eq!(given.take("b", 3, |b| *b > 0).unwrap(), 5);
        assert_eq!(given.take("w", 3, |_| true).unwrap(), 3);
        assert!(given.take("alpha", 0.05, |alpha: &f64| *alpha > 0.5).is_err());
        assert!(given.finish("b, w").is_ok());
        assert!(settings("q=1").finish("b, w").is_err());
        assert!(Settings::parse(&["b".to_owned()]).is_err());
        assert!(Settings::parse(&["b=1,b=2".to_owned()]).is_err());
    }
}
