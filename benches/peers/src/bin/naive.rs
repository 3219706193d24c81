//! What a tutorial shows: axum's WebSocket and one `tokio::sync::broadcast`, each message sent as
//! it comes. A reader that falls behind loses messages without a word; that is the channel's way.

use std::error::Error;

use axum::Router;
use axum::extract::State;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::routing::get;
use axum::serve::ListenerExt;
use tokio::net::TcpListener;
use tokio::sync::broadcast::{self, Sender};

/// Messages that the channel keeps for readers that are behind.
const CAPACITY: usize = 1024;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    #[expect(clippy::disallowed_methods, reason = "the tutorial's way is what is measured")]
    let (sender, _) = broadcast::channel(CAPACITY);
    let router =
        Router::new().route("/sub", get(subscribe)).route("/pub", get(publish)).with_state(sender);
    let listener = TcpListener::bind(xunfang_peers::address()?).await?;
    xunfang_peers::listening(listener.local_addr()?)?;
    // Without this Nagle's algorithm would hold small frames back.
    let listener = listener.tap_io(|stream| {
        stream.set_nodelay(true).ok();
    });
    axum::serve(listener, router).await?;
    Ok(())
}

async fn subscribe(
    upgrade: WebSocketUpgrade,
    State(sender): State<Sender<Message>>,
) -> axum::response::Response {
    upgrade.on_upgrade(|socket| deliver(socket, sender))
}

async fn deliver(mut socket: WebSocket, sender: Sender<Message>) {
    let mut receiver = sender.subscribe();
    // The channel is for those who listen; it must not stay open for this reader's sake.
    drop(sender);
    loop {
        tokio::select! {
            message = receiver.recv() => match message {
                Ok(message) => if socket.send(message).await.is_err() { return },
                Err(broadcast::error::RecvError::Lagged(_)) => {}
                Err(broadcast::error::RecvError::Closed) => return,
            },
            heard = socket.recv() => if !matches!(heard, Some(Ok(_))) { return },
        }
    }
}

async fn publish(
    upgrade: WebSocketUpgrade,
    State(sender): State<Sender<Message>>,
) -> axum::response::Response {
    upgrade.on_upgrade(|mut socket| async move {
        while let Some(Ok(message)) = socket.recv().await {
            if matches!(message, Message::Text(_) | Message::Binary(_)) {
                // An error only says that nobody is there.
                sender.send(message).ok();
            }
        }
    })
}
