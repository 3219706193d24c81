//! deploy/secrets.sh makes what docker-compose.yml reads, and the settings take it.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use xunfang::config::Config;

use super::{NODES, compose, names, path, service};

/// Where a container finds its secrets.
const IN_CONTAINER: &str = "/run/secrets/";
const FOLDER: &str = "deploy/secrets/";

fn make(folder: &Path) -> BTreeMap<String, String> {
    let made = Command::new("sh").arg(path("deploy/secrets.sh")).arg(folder).output().unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let named = |path: std::path::PathBuf| {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        (name, std::fs::read_to_string(&path).unwrap())
    };
    files.map(named).collect()
}

#[test]
fn what_is_read_is_made_once_and_not_by_accident_twice() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().join("secrets");
    let made = make(&folder);
    let compose = compose();
    for name in names(&compose["secrets"]) {
        let file = compose["secrets"][&name]["file"].as_str().unwrap();
        let file = file.strip_prefix(FOLDER).unwrap_or_else(|| panic!("{file} in {FOLDER}"));
        assert_eq!(file, name);
        assert!(made.contains_key(file), "{file} of {made:?}");
    }
    assert!(made["postgres_password"].len() >= 32);
    assert_ne!(made["postgres_password"], made["redis_password"]);
    assert!(made["redis_conf"].contains(&format!("requirepass {}\n", made["redis_password"])));
    assert_eq!(make(&folder), made, "a second time");
    assert_ne!(make(&folder.join("other")), made, "another place, another secret");
}

#[test]
fn the_nodes_settings_hold_with_their_secrets() {
    let folder = tempfile::tempdir().unwrap();
    let made = make(&folder.path().join("secrets"));
    let compose = compose();
    for name in NODES {
        let node = service(&compose, name);
        let given = names(&node["secrets"]);
        let environment = node["environment"].as_object().unwrap();
        let environment = environment.iter().map(|(name, value)| {
            let value = value.as_str().unwrap();
            let here = value.strip_prefix(IN_CONTAINER).map(|secret| {
                assert!(given.iter().any(|given| given == secret), "{name}: {secret} isn't given");
                folder.path().join("secrets").join(secret).to_string_lossy().into_owned()
            });
            (name.clone(), here.unwrap_or_else(|| value.to_owned()))
        });
        let config = Config::load(&path("deploy"), environment, &[]).unwrap();
        let postgres = format!("postgres://xunfang:{}@postgres:5432/", made["postgres_password"]);
        assert!(config.database.url.starts_with(&postgres));
        assert_eq!(config.bus.url, format!("redis://:{}@redis:6379", made["redis_password"]));
    }
    for engine in ["postgres", "redis"] {
        assert!(!service(&compose, engine).is_null(), "the host {engine}");
    }
    let said = &service(&compose, "postgres")["environment"];
    assert_eq!([&said["POSTGRES_USER"], &said["POSTGRES_DB"]], ["xunfang", "xunfang"]);
    let password = said["POSTGRES_PASSWORD_FILE"].as_str().unwrap();
    assert_eq!(password.strip_prefix(IN_CONTAINER), Some("postgres_password"));
    let command = names(&service(&compose, "redis")["command"]);
    assert_eq!(command, ["redis-server", "/run/secrets/redis_conf"]);
}
