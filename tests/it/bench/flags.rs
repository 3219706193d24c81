//! What is asked wrongly is refused in one sentence, before anything is started.

use super::bench;

#[test]
fn a_flag_that_makes_no_sense_is_named() {
    for (args, named) in [
        (&["fanout", "--clients", "0"][..], "--clients: 1 to 10000, not 0"),
        (&["fanout", "--rate=-1"], "--rate: 0.1 to 100000, not -1"),
        (&["fanout", "--body", "5"], "--body: 34 to 60000, not 5"),
        (&["fanout", "--seconds", "NaN"], "--seconds"),
        (&["fanout", "--target", "bun"], "--serve"),
        (&["fanout", "--target", "bun", "--serve", "bun bun.ts"], "{port}"),
        (&["fanout", "--serve", "x {port}"], "--serve: only for a peer"),
        (&["fanout", "--target", "swift"], "swift"),
        (&["positions", "--rate", "50"], "--rate: 0.01 to 40, not 50"),
        (&["ack", "--clients", "10", "--waiting", "11"], "--waiting: 1 to 10, not 11"),
        (&["sos", "--fill", "100"], "--fill: 1 to 95, not 100"),
        (&["idle", "--clients", "9001"], "--clients: 1 to 9000, not 9001"),
        (&["resume", "--rate", "0"], "--rate"),
        (&["frozen", "--clients", "1"], "--clients: 2 to 9000, not 1"),
        (&["frozen", "--rounds", "0"], "--rounds"),
        (&["cluster", "--nodes", "2"], "--nodes: several share a --database and a --bus"),
        (&["cluster", "--districts", "3"], "--reports 0"),
        (&["cluster", "--bus", "redis://h"], "--database"),
        (&["cluster", "--rate", "11"], "--rate: 0 to 10, not 11"),
        (&["dance"], "dance"),
    ] {
        let output = bench(args);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success(), "{args:?}");
        assert!(said.contains(named), "{args:?}: {said}");
        assert!(output.stdout.is_empty(), "{args:?}");
    }
}

#[test]
fn a_folder_in_memory_is_refused() {
    let in_memory = "/dev/shm";
    if !std::path::Path::new(in_memory).is_dir() {
        return;
    }
    let args = ["bench", "fanout", "--clients", "1", "--folder", in_memory];
    let output =
        std::process::Command::new(env!("CARGO_BIN_EXE_xunfang")).args(args).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && said.contains("kept in memory"), "{said}");
}

#[test]
fn a_peer_that_does_not_start_is_told() {
    let output = bench(&["fanout", "--target", "naive", "--serve", "false {port}"]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && said.contains("ended before it listened"), "{said}");
}
