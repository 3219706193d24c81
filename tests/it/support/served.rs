//! The program itself serving a data folder, as an operator starts it: on a free port, by the
//! wall's clock. Invariant: dropped, it is killed and waited for.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::json;

use super::http::{Ask, ask_at};

/// A running server.
pub(crate) struct Served {
    child: Child,
    pub(crate) address: SocketAddr,
}

impl Served {
    /// Starts it over this folder and waits until it listens.
    pub(crate) fn start(data: &Path) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_xunfang"))
            .args(["serve", "--listen", "127.0.0.1:0", "--metrics", "", "--data"])
            .arg(data)
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let mut lines = BufReader::new(child.stdout.take().expect("it is piped")).lines();
        let first = lines.next().expect("it says where").expect("it is text");
        let address = first.rsplit('/').next().and_then(|word| word.parse().ok());
        let address = address.unwrap_or_else(|| panic!("no address: {first}"));
        // Whatever else it says has a reader, so that it never waits for one.
        std::thread::spawn(move || lines.map_while(Result::ok).for_each(drop));
        Self { child, address }
    }

    /// A device's token of this account; the answer's status when it isn't let in.
    pub(crate) async fn sign_in(&self, account: &str, password: &str) -> Result<String, u16> {
        let body = json!({ "username": account, "password": password, "device": true });
        let answer = ask_at(self.address, Ask::post("/api/session", &body.to_string())).await;
        let token = answer.json()["token"].as_str().map(str::to_owned);
        token.ok_or(answer.status)
    }

    /// Tells it to end, and waits until it has drained.
    pub(crate) fn drain(mut self) {
        let pid = self.child.id().to_string();
        let told = Command::new("kill").args(["-TERM", &pid]).status().expect("kill runs");
        assert!(told.success());
        assert_eq!(self.child.wait().expect("it is our child").code(), Some(0));
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
