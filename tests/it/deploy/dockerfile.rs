//! The Dockerfile beside the code: versions, what is copied, settings, the user.

use std::collections::BTreeMap;

use serde_json::Value;
use xunfang::config::Config;

use super::{NODES, asked, compose, instructions, read, service};

/// `1.95` or `22` as numbers that compare.
fn version(text: &str) -> Vec<u32> {
    text.split('.').map_while(|part| part.parse().ok()).collect()
}

/// The tag of an image that a stage begins with.
fn tag(image: &str) -> String {
    let from = instructions("FROM");
    let found = from.iter().find_map(|line| line.strip_prefix(image)?.strip_prefix(':'));
    found.unwrap_or_else(|| panic!("FROM {image}")).split(' ').next().unwrap_or_default().to_owned()
}

fn variables() -> BTreeMap<String, String> {
    let words = instructions("ENV").join(" ");
    let pairs = words.split_whitespace().filter_map(|word| word.split_once('='));
    pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

#[test]
fn it_builds_with_versions_that_are_enough() {
    let manifest: toml::Table = toml::from_str(&read("Cargo.toml")).unwrap();
    let least = manifest["package"]["rust-version"].as_str().unwrap();
    let rust = tag("rust");
    assert!(version(rust.split('-').next().unwrap()) >= version(least), "{rust} for {least}");
    let package: Value = serde_json::from_str(&read("web-client/package.json")).unwrap();
    let least = package["engines"]["node"].as_str().unwrap().trim_start_matches(">=");
    let node = tag("node");
    assert!(version(node.split('-').next().unwrap()) >= version(least), "{node} for {least}");
    // What is linked on one Debian runs on the same.
    let debian = tag("debian");
    let release = debian.split('-').next().unwrap();
    assert!(rust.ends_with(release), "{rust} on {debian}");
}

#[test]
fn what_the_program_includes_is_not_left_out() {
    let ignored = read(".dockerignore");
    let left_out = |path: &str| {
        let line = |line: &str| !line.starts_with('#') && path.starts_with(&format!("{line}/"));
        ignored.lines().any(line)
    };
    for needed in ["src/x", "migrations/x", "config/x", "docs/consent/x", "web-client/src/x"] {
        assert!(!left_out(needed), "{needed}");
    }
    for big in [".git/x", "target/x", "var/x", "deploy/secrets/x"] {
        assert!(left_out(big), "{big}");
    }
}

#[test]
fn its_settings_are_settings_and_the_check_asks_where_it_listens() {
    let variables = variables();
    let nowhere = std::path::Path::new("/nowhere");
    let config = Config::load(nowhere, variables.clone(), &[]).unwrap();
    let port = config.server.listen.rsplit_once(':').unwrap().1.to_owned();
    assert_eq!(instructions("EXPOSE"), [port.as_str()]);
    assert_eq!(instructions("VOLUME"), [config.server.data.to_str().unwrap()]);
    let check = instructions("HEALTHCHECK").concat();
    assert_eq!(asked(&check), (port.parse().unwrap(), "/healthz".to_owned()));
    assert!(xunfang::http::openapi().paths.paths.contains_key("/healthz"));
    // A service says the same again, so that the file can be read by itself.
    let said = service(&compose(), NODES[0])["environment"].clone();
    for name in ["XUNFANG__SERVER__LISTEN", "XUNFANG__SERVER__METRICS"] {
        assert_eq!(said[name], Value::from(variables[name].as_str()), "{name}");
    }
}

#[test]
fn it_runs_as_nobody_in_particular_and_hears_its_end() {
    let user = instructions("USER");
    let user = user.last().expect("a user").split(':').next().unwrap();
    assert!(
        user.parse::<u32>().unwrap() >= 10_000,
        "a number, which no machine's user has: {user}"
    );
    let text = read("Dockerfile");
    let last = text.rfind("USER ").unwrap();
    assert!(text.find("ENTRYPOINT").unwrap() > last && text.rfind("\nRUN ").unwrap() < last);
    // The form without a shell: the program is the first process, and takes SIGTERM.
    assert_eq!(instructions("ENTRYPOINT"), [r#"["xunfang"]"#]);
    assert!(instructions("CMD")[0].starts_with(r#"["serve", "--config", "/etc/xunfang""#));
}
