//! What a connection weighs while nothing happens: its task is as large as its largest future.

use tokio::net::TcpStream;

use super::*;
use crate::app::App;
use crate::ws::wire::Wire;

fn future_size<A, F: Future>(_: impl Fn(A) -> F) -> usize {
    size_of::<F>()
}

#[test]
fn a_connections_task_is_small() {
    // In a debug build; what else a connection has is the mailbox, and the kernel's.
    let wire = size_of::<Wire<TcpStream>>();
    let task = future_size(|(sockets, wire): (Sockets<App>, Wire<TcpStream>)| {
        greeting::greet(sockets, wire, None)
    });
    println!("{wire} bytes a wire, {task} a task with it");
    assert!(wire <= 512, "{wire}");
    assert!(task <= 5 * 1024, "{task}");
}
