//! Import and export as a person does them: the real program on real files.

mod faults;
mod files;
mod people;
mod philadelphia;
mod stored;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

/// A data folder, and the program run on it.
pub(crate) struct Desk {
    folder: TempDir,
}

impl Desk {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A file with this text.
    fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path(name);
        fs::write(&path, text).unwrap();
        path
    }

    /// The program, its data folder `data`.
    fn run<S: AsRef<std::ffi::OsStr>>(&self, arguments: &[S]) -> Output {
        program().args(arguments).arg("--data").arg(self.path("data")).output().unwrap()
    }

    fn import_district(&self, file: &Path) -> Output {
        self.run(&["import".as_ref(), "district".as_ref(), file.as_os_str()])
    }

    fn import_grids(&self, district: &str, file: &Path) -> Output {
        let words = ["import", "grids", "--district", district].map(AsRef::as_ref);
        self.run(&[&words[..], &[file.as_os_str()]].concat())
    }

    fn import_incidents(&self, district: &str, map: &Path, file: &Path) -> Output {
        let words = ["import", "incidents", "--district", district, "--map"].map(AsRef::as_ref);
        self.run(&[&words[..], &[map.as_os_str(), file.as_os_str()]].concat())
    }

    /// The same, with every fault in a file.
    fn import_with_errors(&self, district: &str, map: &Path, errors: &Path, file: &Path) -> Output {
        let words = ["import", "incidents", "--district", district, "--map"].map(AsRef::as_ref);
        let flags = [map.as_os_str(), "--errors".as_ref(), errors.as_os_str(), file.as_os_str()];
        self.run(&[&words[..], &flags].concat())
    }

    /// Exports and returns the one file that was written.
    fn export(&self, arguments: &[&str]) -> String {
        let out = self.path("out");
        let words = [&["export", "--out"][..], &[out.to_str().unwrap()], arguments].concat();
        let output = self.run(&words);
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        fs::read_to_string(stdout(&output).trim()).unwrap()
    }
}

fn program() -> Command {
    Command::new(env!("CARGO_BIN_EXE_xunfang"))
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// The real data, where they are said to be; else a loud line, and nothing is tested with them.
fn real_data() -> Option<PathBuf> {
    use std::io::Write as _;
    let Some(folder) = std::env::var_os("XUNFANG_TEST_DATA") else {
        let line = "NOT RUN: XUNFANG_TEST_DATA is not set, so the real import was not tested\n";
        std::io::stderr().write_all(line.as_bytes()).unwrap();
        return None;
    };
    let folder = PathBuf::from(folder).join("philadelphia22");
    assert!(folder.is_dir(), "XUNFANG_TEST_DATA is set, but {} is missing", folder.display());
    Some(folder)
}

fn example_mapping() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/examples/philadelphia22.toml")
}
