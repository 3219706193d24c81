//! Settings: defaults < files in the config folder < environment < flags, and every fault listed
//! at once.
//!
//! Each room owns its settings; this one puts them together and owns the listen addresses.

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use config::{Config as Layers, Environment, File, FileFormat};
use serde::{Deserialize, Serialize};
use toml::{Table, Value};

use crate::command::WriterSettings;
use crate::http::TileSettings;
use crate::store::{Database, StoreSettings};

/// All settings.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Addresses and folders.
    pub server: ServerSettings,
    /// The database.
    pub store: StoreSettings,
    /// What ties nodes together.
    pub bus: BusSettings,
    /// How commands are grouped.
    pub writer: WriterSettings,
    /// What the map shows beneath everything.
    pub map: MapSettings,
}

/// What the map shows beneath everything.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MapSettings {
    /// The basemap.
    pub tiles: TileSettings,
}

/// Addresses and folders.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ServerSettings {
    /// Where browsers and devices connect.
    pub listen: String,
    /// The certificate with its chain, a PEM file; empty: no TLS.
    pub tls_cert: PathBuf,
    /// The certificate's private key, a PEM file.
    pub tls_key: PathBuf,
    /// Where Prometheus reads metrics; empty: nowhere.
    pub metrics: String,
    /// The data folder.
    pub data: PathBuf,
    /// Addresses of proxies whose `X-Forwarded-For` is taken.
    pub proxies: Vec<IpAddr>,
}

impl Default for ServerSettings {
    /// Loopback: what is reachable from outside is an operator's decision.
    fn default() -> Self {
        Self {
            listen: "127.0.0.1:8080".to_owned(),
            tls_cert: PathBuf::new(),
            tls_key: PathBuf::new(),
            metrics: "127.0.0.1:9464".to_owned(),
            data: PathBuf::from("var/data"),
            proxies: Vec::new(),
        }
    }
}

/// What ties nodes together.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct BusSettings {
    /// A Redis URL; empty: this node alone.
    pub url: String,
}

/// Settings that can't be used, every fault of them.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the settings can't be used:\n  {}", .0.join("\n  "))]
pub struct Faults(pub Vec<String>);

impl Config {
    /// Reads the layers; `flags` are `section.key` and value.
    ///
    /// # Errors
    /// [`Faults`], all of them.
    pub fn load(
        folder: &Path,
        environment: impl IntoIterator<Item = (String, String)>,
        flags: &[(&str, String)],
    ) -> Result<Self, Faults> {
        let given = layers(folder, environment, flags).map_err(|error| Faults(vec![error]))?;
        let mut faults = Vec::new();
        let defaults = Table::try_from(Self::default()).expect("the defaults are a table");
        compare("", &Value::Table(defaults), &Value::Table(given.clone()), &mut faults);
        if !faults.is_empty() {
            return Err(Faults(faults));
        }
        let config: Self = given
            .try_into()
            .map_err(|error: toml::de::Error| Faults(vec![error.message().to_owned()]))?;
        config.check()
    }

    fn check(self) -> Result<Self, Faults> {
        let mut faults = Vec::new();
        let mut address = |key: &str, text: &str, may_be_empty: bool| {
            let empty = may_be_empty && text.is_empty();
            if !empty && text.parse::<SocketAddr>().is_err() {
                faults.push(format!("{key}: {text:?} is not an address like 127.0.0.1:8080"));
            }
        };
        address("server.listen", &self.server.listen, false);
        address("server.metrics", &self.server.metrics, true);
        if !self.store.url.is_empty()
            && Database::of_url(&self.store.url) != Some(Database::Postgres)
        {
            faults.push("store.url: must begin with postgres:// or be empty".to_owned());
        }
        if self.store.readers == 0 {
            faults.push("store.readers: must be at least 1".to_owned());
        }
        let WriterSettings { queue, urgent, batch } = self.writer;
        if queue == 0 || urgent == 0 || batch == 0 {
            faults.push("writer: queue, urgent and batch must be at least 1".to_owned());
        }
        if !self.bus.url.is_empty() && self.store.url.is_empty() {
            faults.push("bus.url: nodes share a PostgreSQL store, so set store.url".to_owned());
        }
        let empty = |path: &Path| path.as_os_str().is_empty();
        if empty(&self.server.tls_cert) != empty(&self.server.tls_key) {
            faults.push("server.tls_cert and server.tls_key: set both, or neither".to_owned());
        }
        if let Err(fault) = self.map.tiles.source() {
            faults.push(format!("map.tiles: {fault}"));
        }
        if faults.is_empty() { Ok(self) } else { Err(Faults(faults)) }
    }
}

/// Only variables with a section count; others of the prefix belong to tests and scripts.
fn layers(
    folder: &Path,
    environment: impl IntoIterator<Item = (String, String)>,
    flags: &[(&str, String)],
) -> Result<Table, String> {
    let mut builder = Layers::builder();
    for file in files(folder)? {
        builder = builder.add_source(File::from(file).format(FileFormat::Toml));
    }
    let variables = environment.into_iter().filter(|(name, _)| name.contains("__")).collect();
    let environment = Environment::with_prefix("XUNFANG")
        .prefix_separator("_")
        .separator("__")
        .try_parsing(true)
        .source(Some(variables));
    builder = builder.add_source(environment);
    for (key, value) in flags {
        builder = builder.set_override(*key, value.clone()).map_err(|error| error.to_string())?;
    }
    let built = builder.build().map_err(|error| error.to_string())?;
    built.try_deserialize::<Table>().map_err(|error| error.to_string())
}

fn files(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Ok(Vec::new()) };
    let mut files = Vec::new();
    for entry in entries {
        let path = entry.map_err(|error| format!("{}: {error}", folder.display()))?.path();
        if path.extension().is_some_and(|extension| extension == "toml") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// Holds what was given against the defaults, key by key.
fn compare(path: &str, default: &Value, given: &Value, faults: &mut Vec<String>) {
    match (default, given) {
        (Value::Table(default), Value::Table(given)) => {
            for (key, value) in given {
                let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                match default.get(key) {
                    Some(known) => compare(&path, known, value, faults),
                    None => faults.push(format!("{path}: no such setting")),
                }
            }
        }
        _ if default.same_type(given) => {}
        _ => faults.push(format!(
            "{path}: must be a {}, not a {}",
            default.type_str(),
            given.type_str()
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(
        files: &[(&str, &str)],
        environment: &[(&str, &str)],
        flags: &[(&str, String)],
    ) -> Result<Config, Faults> {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            std::fs::write(folder.path().join(name), text).unwrap();
        }
        let environment = environment.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned()));
        Config::load(folder.path(), environment, flags)
    }

    #[test]
    fn the_documented_defaults_are_the_defaults() {
        let documented: Config = toml::from_str(include_str!("../config/default.toml")).unwrap();
        assert_eq!(documented, Config::default());
        let text = include_str!("../config/default.toml");
        for line in text.lines().filter(|line| line.contains(" = ")) {
            let at = text.find(line).unwrap();
            let before = text[..at].trim_end().lines().last().unwrap();
            assert!(before.starts_with('#'), "{line} has no comment");
        }
    }

    #[test]
    fn later_layers_win() {
        let files = [
            ("10.toml", "[server]\nlisten = \"127.0.0.1:1\"\n[writer]\nbatch = 7"),
            ("20.toml", "[server]\nlisten = \"127.0.0.1:2\""),
        ];
        let config = load(&files, &[], &[]).unwrap();
        assert_eq!((config.server.listen.as_str(), config.writer.batch), ("127.0.0.1:2", 7));
        let environment = [("XUNFANG_SERVER__LISTEN", "127.0.0.1:3"), ("XUNFANG_TEST_DATA", "x")];
        let config = load(&files, &environment, &[]).unwrap();
        assert_eq!(config.server.listen, "127.0.0.1:3");
        let flags = [("server.listen", "127.0.0.1:4".to_owned())];
        assert_eq!(load(&files, &environment, &flags).unwrap().server.listen, "127.0.0.1:4");
    }

    #[test]
    fn every_fault_is_listed_at_once() {
        let files = [("a.toml", "[server]\nlisten = 5\nlissten = \"x\"\n[pool]\nsize = 3")];
        let Faults(faults) = load(&files, &[], &[]).unwrap_err();
        assert_eq!(faults.len(), 3, "{faults:?}");
        let files = [(
            "a.toml",
            "[server]\nlisten = \"nowhere\"\ntls_key = \"k\"\n[store]\nreaders = 0\n[map.tiles]\nurl = \"x\"",
        )];
        let Faults(faults) = load(&files, &[], &[]).unwrap_err();
        assert_eq!(faults.len(), 4, "{faults:?}");
    }
}
