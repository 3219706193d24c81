//! What isn't whole is never taken for a backup, and never put in the place of anything.

use std::fs;
use std::path::Path;

use super::{backed_up, program};
use crate::support::node::TestNode;
use crate::support::{Backend, Served, seed};

/// What every file of a folder holds, but for the lock.
fn content(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_file() && !path.ends_with("lock"))
        .map(|path| (path.display().to_string(), fs::read(&path).unwrap()))
        .collect();
    files.sort();
    files
}

async fn seeded() -> Backend {
    let backend = Backend::sqlite();
    TestNode::seeded(&backend).await.stop().await;
    backend
}

#[tokio::test]
async fn a_backup_that_can_not_be_whole_is_none() {
    let backend = seeded().await;
    let data = backend.folder().unwrap();
    let (folder, taken) = backed_up(data);
    let file = folder.path().join("file");
    fs::write(&file, "mine").unwrap();
    let empty = tempfile::tempdir().unwrap();
    let fresh = folder.path().join("fresh");
    for (target, data, said) in [
        (Path::new(&taken), data, "is there already"),
        (&file, data, "is there already"),
        (&fresh, empty.path(), "there are no data"),
    ] {
        let refused = program(&["backup", target.to_str().unwrap()], data);
        assert_eq!(refused.status.code(), Some(1));
        let stderr = String::from_utf8(refused.stderr).unwrap();
        assert!(stderr.contains(said), "{said}: {stderr}");
    }
    assert_eq!(fs::read_to_string(&file).unwrap(), "mine");
    // The second of its files can't be copied.
    fs::write(data.join("xunfang.db"), "no database").unwrap();
    let broken = program(&["backup", fresh.to_str().unwrap()], data);
    assert_eq!(broken.status.code(), Some(1), "{broken:?}");
    let left: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|e| e.unwrap().path()).collect();
    assert_eq!(left.len(), 2, "nothing is left of it: {left:?}");
}

#[tokio::test]
async fn a_running_server_keeps_its_data() {
    let backend = seeded().await;
    let data = backend.folder().unwrap();
    let (_folder, backup) = backed_up(data);
    let served = Served::start(data);
    let refused = program(&["restore", &backup], data);
    assert_eq!(refused.status.code(), Some(1));
    let said = String::from_utf8(refused.stderr).unwrap();
    assert!(said.contains("is held by process") && said.contains("stop it first"), "{said}");
    assert!(served.sign_in("guard", seed::PASSWORD).await.is_ok(), "and goes on");
    served.drain();
}

#[tokio::test]
async fn a_damaged_backup_changes_nothing() {
    let backend = seeded().await;
    let data = backend.folder().unwrap();
    let (_folder, backup) = backed_up(data);
    let backup = Path::new(&backup);
    let before = content(data);
    let whole = content(backup);
    type Damage = fn(&Path);
    let cases: [(Damage, &str); 7] = [
        (|backup| fs::remove_file(backup.join("manifest.json")).unwrap(), "is no backup"),
        (|backup| fs::write(backup.join("manifest.json"), "{").unwrap(), "is no backup"),
        (|backup| edit(backup, "\"format\": 1", "\"format\": 2"), "its form is 2"),
        (|backup| edit(backup, "tracks.db", "../../x"), "it names the files"),
        (|backup| fs::remove_file(backup.join("tracks.db")).unwrap(), "tracks.db"),
        (|backup| fs::write(backup.join("journal.jsonl"), "{}\n").unwrap(), "is damaged"),
        (
            |backup| {
                let path = backup.join("xunfang.db");
                let mut bytes = fs::read(&path).unwrap();
                let middle = bytes.len() / 2;
                bytes[middle] ^= 1;
                fs::write(path, bytes).unwrap();
            },
            "is damaged",
        ),
    ];
    for (at, (damage, said)) in cases.into_iter().enumerate() {
        damage(backup);
        let refused = program(&["restore", backup.to_str().unwrap()], data);
        assert_eq!(refused.status.code(), Some(1), "case {at}");
        let stderr = String::from_utf8(refused.stderr).unwrap();
        assert!(stderr.contains(said) && stderr.contains("nothing was restored"), "{at}: {stderr}");
        assert!(content(data) == before, "case {at} changed the data");
        for (path, bytes) in &whole {
            fs::write(path, bytes).unwrap();
        }
    }
    let done = program(&["restore", backup.to_str().unwrap()], data);
    assert!(done.status.success(), "whole again, it is taken: {done:?}");
}

fn edit(backup: &Path, from: &str, to: &str) {
    let path = backup.join("manifest.json");
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains(from), "{from}: {text}");
    fs::write(path, text.replacen(from, to, 1)).unwrap();
}

#[tokio::test]
async fn invented_and_real_data_do_not_mix() {
    let backend = seeded().await;
    let data = backend.folder().unwrap();
    let (_folder, real) = backed_up(data);
    fs::write(data.join("demo"), "").unwrap();
    let refused = program(&["restore", &real], data);
    assert_eq!(refused.status.code(), Some(1));
    assert!(String::from_utf8(refused.stderr).unwrap().contains("is a demo's"));
    let (_folder, invented) = backed_up(data);
    let empty = tempfile::tempdir().unwrap();
    assert!(program(&["restore", &invented], empty.path()).status.success());
    assert!(empty.path().join("demo").exists(), "a demo stays one");
}
