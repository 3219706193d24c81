//! Messages and channels.

use sqlx::Row;
use sqlx::any::AnyRow;

use super::row::{id, named, optional};
use super::{Store, WriteTx};
use crate::domain::message::ChannelKind;
use crate::domain::{Channel, ChannelId, DistrictId, Message, MessageId, Text, TextId};

/// Opens a channel; again is harmless.
///
/// # Errors
/// What the database says.
pub async fn open_channel(tx: &mut WriteTx<'_>, channel: &Channel) -> Result<(), sqlx::Error> {
    sqlx::query(
        "insert into channels (id, district, kind, incident) values ($1, $2, $3, $4) \
         on conflict (id) do nothing",
    )
    .bind(channel.id.as_str())
    .bind(channel.district.as_str())
    .bind(channel.kind.as_str())
    .bind(channel.incident.as_ref().map(|incident| incident.as_str().to_owned()))
    .execute(tx.on())
    .await
    .map(|_| ())
}

/// The channel inside a transaction.
///
/// # Errors
/// What the database says.
pub async fn find_channel(
    tx: &mut WriteTx<'_>,
    channel: &ChannelId,
) -> Result<Option<Channel>, sqlx::Error> {
    let row = sqlx::query("select id, district, kind, incident from channels where id = $1")
        .bind(channel.as_str())
        .fetch_optional(tx.on())
        .await?;
    row.as_ref().map(read_channel).transpose()
}

/// Adds a message.
///
/// # Errors
/// What the database says; a unique violation for an id that is taken.
pub async fn insert(tx: &mut WriteTx<'_>, message: &Message) -> Result<(), sqlx::Error> {
    sqlx::query(
        "insert into messages (id, district, channel, sender, sender_name, at_ms, text) \
         values ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(message.id.as_str())
    .bind(message.district.as_str())
    .bind(message.channel.as_str())
    .bind(message.sender.as_str())
    .bind(&message.sender_name)
    .bind(message.at_ms)
    .bind(message.text.id.as_str())
    .execute(tx.on())
    .await
    .map(|_| ())
}

impl Store {
    /// A channel.
    ///
    /// # Errors
    /// What the database says.
    pub async fn channel(&self, channel: &ChannelId) -> Result<Option<Channel>, sqlx::Error> {
        let row = sqlx::query("select id, district, kind, incident from channels where id = $1")
            .bind(channel.as_str())
            .fetch_optional(&self.reader)
            .await?;
        row.as_ref().map(read_channel).transpose()
    }

    /// The last messages of a channel, or the last before one (when it was posted, and its id),
    /// oldest first, texts not filled in.
    ///
    /// # Errors
    /// What the database says.
    pub async fn messages(
        &self,
        channel: &ChannelId,
        before: Option<&(i64, MessageId)>,
        limit: i64,
    ) -> Result<Vec<Message>, sqlx::Error> {
        let (before_ms, before_id) = before.map_or((i64::MAX, ""), |(ms, id)| (*ms, id.as_str()));
        let rows = sqlx::query(
            "select id, district, channel, sender, sender_name, at_ms, text from messages \
             where channel = $1 and (at_ms < $2 or (at_ms = $2 and id < $3)) \
             order by at_ms desc, id desc limit $4",
        )
        .bind(channel.as_str())
        .bind(before_ms)
        .bind(before_id)
        .bind(limit)
        .fetch_all(&self.reader)
        .await?;
        rows.iter().rev().map(read).collect()
    }
}

fn read_channel(row: &AnyRow) -> Result<Channel, sqlx::Error> {
    Ok(Channel {
        id: id(row, "id")?,
        district: id::<DistrictId>(row, "district")?,
        kind: named(row, "kind", ChannelKind::parse)?,
        incident: optional(row, "incident")?,
    })
}

fn read(row: &AnyRow) -> Result<Message, sqlx::Error> {
    Ok(Message {
        id: id(row, "id")?,
        channel: id(row, "channel")?,
        district: id(row, "district")?,
        sender: id(row, "sender")?,
        sender_name: row.try_get("sender_name")?,
        at_ms: row.try_get("at_ms")?,
        text: Text::reference(id::<TextId>(row, "text")?),
    })
}
