//! Settings: defaults < files in the config folder < environment < flags, and every fault listed
//! at once.
//!
//! Each room owns its settings; this one puts them together and owns the listen addresses.

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use config::{Config as Layers, Environment, File, FileFormat, Map};
use serde::{Deserialize, Serialize};
use toml::{Table, Value};

use crate::bus::Trust;
use crate::command::WriterSettings;
use crate::http::TileSettings;
use crate::store::{Database, DatabaseSettings};

/// All settings.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Addresses and folders.
    pub server: ServerSettings,
    /// Where the state is kept.
    pub database: DatabaseSettings,
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
    /// Authorities that vouch for the certificate of a `rediss://` server, a PEM file; empty: those
    /// that the system trusts.
    pub ca: PathBuf,
}

impl BusSettings {
    /// Who is believed about the server's certificate.
    #[must_use]
    pub fn trust(&self) -> Trust {
        if self.ca.as_os_str().is_empty() { Trust::System } else { Trust::File(self.ca.clone()) }
    }
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
        let mut faults = Vec::new();
        let variables = variables(environment, &mut faults);
        let given = layers(folder, variables, flags).map_err(|error| Faults(vec![error]))?;
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
        if !self.database.url.is_empty()
            && Database::of_url(&self.database.url) != Some(Database::Postgres)
        {
            faults.push("database.url: must begin with postgres:// or be empty".to_owned());
        }
        if self.database.readers == 0 {
            faults.push("database.readers: must be at least 1".to_owned());
        }
        let WriterSettings { queue, urgent, batch } = self.writer;
        if queue == 0 || urgent == 0 || batch == 0 {
            faults.push("writer: queue, urgent and batch must be at least 1".to_owned());
        }
        if !self.bus.url.is_empty() && self.database.url.is_empty() {
            faults.push("bus.url: nodes on a Redis bus share a PostgreSQL database, so set database.url too; SQLite belongs to one node alone".to_owned());
        }
        let empty = |path: &Path| path.as_os_str().is_empty();
        if !empty(&self.bus.ca) && !self.bus.url.starts_with("rediss://") {
            faults.push("bus.ca: is only for a bus.url that begins with rediss://".to_owned());
        }
        if empty(&self.server.tls_cert) != empty(&self.server.tls_key) {
            faults.push("server.tls_cert and server.tls_key: set both, or neither".to_owned());
        }
        if let Err(fault) = self.map.tiles.source() {
            faults.push(format!("map.tiles: {fault}"));
        }
        if faults.is_empty() { Ok(self) } else { Err(Faults(faults)) }
    }
}

/// Prefix, section and key of a variable stand two underscores apart.
const BETWEEN: &str = "__";
const PREFIX: &str = "XUNFANG";
/// Ends the name of a variable that says in which file the value stands: a secret is then in
/// nobody's list of processes.
const IN_FILE: &str = "_FILE";

/// The variables that are settings; others of the prefix belong to tests and scripts.
fn variables(
    environment: impl IntoIterator<Item = (String, String)>,
    faults: &mut Vec<String>,
) -> Map<String, String> {
    let mut variables = Map::new();
    for (name, value) in environment {
        let Some(rest) = name.strip_prefix(PREFIX).filter(|rest| rest.contains(BETWEEN)) else {
            continue;
        };
        let Some(key) = rest.strip_prefix(BETWEEN) else {
            let key = rest.trim_start_matches('_');
            faults.push(format!("{name}: settings are written {PREFIX}{BETWEEN}{key}"));
            continue;
        };
        match key.strip_suffix(IN_FILE) {
            None => {
                variables.insert(name, value);
            }
            Some(key) => match std::fs::read_to_string(&value) {
                Ok(text) => {
                    let text = text.trim_end_matches(['\n', '\r']).to_owned();
                    variables.insert(format!("{PREFIX}{BETWEEN}{key}"), text);
                }
                Err(error) => faults.push(format!("{name}: {value}: {error}")),
            },
        }
    }
    variables
}

fn layers(
    folder: &Path,
    variables: Map<String, String>,
    flags: &[(&str, String)],
) -> Result<Table, String> {
    let mut builder = Layers::builder();
    for file in files(folder)? {
        builder = builder.add_source(File::from(file).format(FileFormat::Toml));
    }
    let environment = Environment::with_prefix(PREFIX)
        .prefix_separator(BETWEEN)
        .separator(BETWEEN)
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
        let environment = [("XUNFANG__SERVER__LISTEN", "127.0.0.1:3"), ("XUNFANG_TEST_DATA", "x")];
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
            "[server]\nlisten = \"nowhere\"\ntls_key = \"k\"\n[database]\nreaders = 0\n[map.tiles]\nurl = \"x\"",
        )];
        let Faults(faults) = load(&files, &[], &[]).unwrap_err();
        assert_eq!(faults.len(), 4, "{faults:?}");
    }

    #[test]
    fn a_secret_may_stand_in_a_file() {
        let folder = tempfile::tempdir().unwrap();
        let secret = folder.path().join("database_url");
        std::fs::write(&secret, "postgres://u:p@h/d\n").unwrap();
        let environment = [("XUNFANG__DATABASE__URL_FILE", secret.to_str().unwrap())];
        assert_eq!(load(&[], &environment, &[]).unwrap().database.url, "postgres://u:p@h/d");
        let gone = [("XUNFANG__BUS__URL_FILE", "/nowhere/at/all")];
        let Faults(faults) = load(&[], &gone, &[]).unwrap_err();
        assert!(faults[0].starts_with("XUNFANG__BUS__URL_FILE: /nowhere/at/all: "), "{faults:?}");
    }

    #[test]
    fn a_variable_of_the_old_form_is_not_overlooked() {
        let Faults(faults) = load(&[], &[("XUNFANG_BUS__URL", "redis://h")], &[]).unwrap_err();
        assert_eq!(faults, ["XUNFANG_BUS__URL: settings are written XUNFANG__BUS__URL"]);
    }

    #[test]
    fn a_redis_bus_on_sqlite_is_refused() {
        let Faults(faults) = load(&[], &[("XUNFANG__BUS__URL", "redis://h")], &[]).unwrap_err();
        assert_eq!(faults.len(), 1, "{faults:?}");
        assert!(faults[0].contains("SQLite belongs to one node alone"), "{faults:?}");
    }

    #[test]
    fn an_authority_without_tls_is_refused() {
        let plain = [
            ("XUNFANG__DATABASE__URL", "postgres://h/d"),
            ("XUNFANG__BUS__URL", "redis://h"),
            ("XUNFANG__BUS__CA", "ca.pem"),
        ];
        let Faults(faults) = load(&[], &plain, &[]).unwrap_err();
        assert_eq!(faults, ["bus.ca: is only for a bus.url that begins with rediss://"]);
        let secret = [plain[0], ("XUNFANG__BUS__URL", "rediss://h"), plain[2]];
        let trust = load(&[], &secret, &[]).unwrap().bus.trust();
        assert_eq!(trust, Trust::File(PathBuf::from("ca.pem")));
    }
}
