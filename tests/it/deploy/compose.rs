//! docker-compose.yml and deploy/Caddyfile beside each other and beside the code.

use std::net::IpAddr;

use serde_json::Value;
use xunfang::config::Config;

use super::{NODES, PROXY, asked, compose, names, path, read, service};

/// A line of the Caddyfile by its first word.
fn directive(name: &str) -> String {
    let text = read("deploy/Caddyfile");
    let found = text.lines().find_map(|line| line.trim().strip_prefix(name)?.strip_prefix(' '));
    found.unwrap_or_else(|| panic!("{name} in deploy/Caddyfile")).to_owned()
}

#[test]
fn one_port_is_reached_from_outside_and_it_is_the_proxys() {
    let compose = compose();
    for name in names(&compose["services"]) {
        let service = service(&compose, &name);
        let ports = names(&service["ports"]);
        let expected: &[&str] = if name == PROXY { &["443:443/tcp"] } else { &[] };
        assert_eq!(ports, expected, "{name}");
        for opens in ["network_mode", "privileged", "pid", "ipc"] {
            assert!(service[opens].is_null(), "{name}: {opens}");
        }
        let reached = names(&service["networks"]).contains(&"outer".to_owned());
        assert_eq!(reached, name == PROXY, "{name} on the outer network");
    }
    assert_eq!(compose["networks"]["inner"]["internal"], true);
}

#[test]
fn the_proxy_sends_to_every_node_and_is_believed() {
    let compose = compose();
    let node = service(&compose, NODES[0]);
    let listen = node["environment"]["XUNFANG__SERVER__LISTEN"].as_str().unwrap();
    let (_, port) = listen.rsplit_once(':').unwrap();
    let upstreams = directive("reverse_proxy");
    let upstreams: Vec<_> = upstreams.trim_end_matches(" {").split(' ').collect();
    assert_eq!(upstreams, NODES.map(|name| format!("{name}:{port}")));

    let folder = path("deploy");
    let config = Config::load(&folder, [], &[]).unwrap();
    let address = &compose["services"][PROXY]["networks"]["inner"]["ipv4_address"];
    let address: IpAddr = address.as_str().unwrap().parse().unwrap();
    assert_eq!(config.server.proxies, [address]);
    let subnet = &compose["networks"]["inner"]["ipam"]["config"][0]["subnet"];
    let network = subnet.as_str().unwrap().strip_suffix("0/24").unwrap();
    assert!(address.to_string().starts_with(network), "{address} in {network}");
}

#[test]
fn nodes_are_alike_but_for_their_data() {
    let compose = compose();
    let [mut one, mut two] = NODES.map(|name| service(&compose, name));
    for (name, node) in [(NODES[0], &mut one), (NODES[1], &mut two)] {
        let volumes = node["volumes"].take();
        assert_eq!(names(&volumes), [format!("{name}:/var/lib/xunfang")]);
        assert!(!compose["volumes"][name].is_null(), "the volume {name}");
        assert_eq!(node["read_only"], true);
        assert_eq!(names(&node["cap_drop"]), ["ALL"]);
    }
    assert_eq!(one, two);
    let image = format!("xunfang:{}", env!("CARGO_PKG_VERSION"));
    assert_eq!(one["image"], Value::from(image));
    // What it reads beside its variables, where the image looks.
    let source = one["configs"][0]["source"].as_str().unwrap();
    assert_eq!(compose["configs"][source]["file"], "deploy/xunfang.toml");
    assert!(one["configs"][0]["target"].as_str().unwrap().starts_with("/etc/xunfang/"));
}

#[test]
fn health_is_asked_where_it_is_answered() {
    let compose = compose();
    let documented = xunfang::http::openapi().paths.paths;
    let check = service(&compose, NODES[0])["healthcheck"]["test"].to_string();
    let (port, asked) = asked(&check);
    assert_eq!((port, asked.as_str()), (8080, "/readyz"));
    for path in [asked, directive("health_uri")] {
        assert!(documented.contains_key(&path), "{path}");
    }
    assert_eq!(directive("health_status"), "200");
}

#[test]
fn whoever_waits_for_health_waits_for_one_that_has_a_check() {
    let compose = compose();
    let mut waits = 0;
    for name in names(&compose["services"]) {
        let service = service(&compose, &name);
        assert!(!service["restart"].is_null(), "{name} comes back after a restart");
        let image = service["image"].as_str().unwrap();
        let (_, tag) = image.split_once(':').unwrap_or_else(|| panic!("{image}: which version?"));
        assert!(tag != "latest" && tag.starts_with(|c: char| c.is_ascii_digit()), "{image}");
        for on in names(&service["depends_on"]) {
            let other = self::service(&compose, &on);
            assert!(!other.is_null(), "{name} waits for {on}");
            if service["depends_on"][&on]["condition"] == "service_healthy" {
                assert!(!other["healthcheck"]["test"].is_null(), "{on} has no check");
                waits += 1;
            }
        }
    }
    assert_eq!(waits, 4, "the nodes for PostgreSQL, Caddy for the nodes");
    let redis = &compose["services"][NODES[0]]["depends_on"]["redis"]["condition"];
    assert_eq!(redis, "service_started", "without Redis nodes work");
}
