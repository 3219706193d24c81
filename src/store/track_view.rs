//! Looks at tracks: written down before anything is shown.

use sqlx::Row;
use sqlx::any::AnyRow;

use super::row::{id, json, optional, to_json};
use super::{Store, WriteTx};
use crate::domain::{MemberId, Text, TrackView, TrackViewId};

/// Writes a look down.
///
/// # Errors
/// What the database says; a unique violation for an id that is taken.
pub async fn insert(tx: &mut WriteTx<'_>, view: &TrackView) -> Result<(), sqlx::Error> {
    sqlx::query(
        "insert into track_views (id, district, viewer, viewer_name, members, incident, from_ms, \
         to_ms, reason, at_ms) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(view.id.as_str())
    .bind(view.district.as_str())
    .bind(view.viewer.as_str())
    .bind(&view.viewer_name)
    .bind(to_json(&view.members))
    .bind(view.incident.as_ref().map(|incident| incident.as_str().to_owned()))
    .bind(view.from_ms)
    .bind(view.to_ms)
    .bind(view.reason.id.as_str())
    .bind(view.at_ms)
    .execute(tx.on())
    .await?;
    for member in &view.members {
        sqlx::query("insert into track_view_members (view, member, at_ms) values ($1, $2, $3)")
            .bind(view.id.as_str())
            .bind(member.as_str())
            .bind(view.at_ms)
            .execute(tx.on())
            .await?;
    }
    Ok(())
}

/// Whether a look with this id was written down.
///
/// # Errors
/// What the database says.
pub async fn exists(tx: &mut WriteTx<'_>, view: &TrackViewId) -> Result<bool, sqlx::Error> {
    let row = sqlx::query("select 1 as one from track_views where id = $1")
        .bind(view.as_str())
        .fetch_optional(tx.on())
        .await?;
    Ok(row.is_some())
}

impl Store {
    /// A look, its reason not filled in.
    ///
    /// # Errors
    /// What the database says.
    pub async fn track_view(&self, view: &TrackViewId) -> Result<Option<TrackView>, sqlx::Error> {
        let row = sqlx::query(
            "select id, district, viewer, viewer_name, members, incident, from_ms, to_ms, reason, \
             at_ms from track_views where id = $1",
        )
        .bind(view.as_str())
        .fetch_optional(&self.reader)
        .await?;
        row.as_ref().map(read).transpose()
    }

    /// At most `limit` looks at a member, the newest first, before a place in that order, their
    /// reasons not filled in.
    ///
    /// # Errors
    /// What the database says.
    pub async fn track_views_of(
        &self,
        member: &MemberId,
        before: Option<&(i64, TrackViewId)>,
        limit: i64,
    ) -> Result<Vec<TrackView>, sqlx::Error> {
        let (at_ms, id) = before.map_or((i64::MAX, ""), |(at_ms, id)| (*at_ms, id.as_str()));
        let rows = sqlx::query(
            "select v.id, v.district, v.viewer, v.viewer_name, v.members, v.incident, v.from_ms, \
             v.to_ms, v.reason, v.at_ms from track_view_members s \
             join track_views v on v.id = s.view where s.member = $1 \
             and (s.at_ms < $2 or (s.at_ms = $2 and s.view < $3)) \
             order by s.at_ms desc, s.view desc limit $4",
        )
        .bind(member.as_str())
        .bind(at_ms)
        .bind(id)
        .bind(limit)
        .fetch_all(&self.reader)
        .await?;
        rows.iter().map(read).collect()
    }
}

fn read(row: &AnyRow) -> Result<TrackView, sqlx::Error> {
    Ok(TrackView {
        id: id(row, "id")?,
        district: id(row, "district")?,
        viewer: id(row, "viewer")?,
        viewer_name: row.try_get("viewer_name")?,
        members: json(row, "members")?,
        incident: optional(row, "incident")?,
        from_ms: row.try_get("from_ms")?,
        to_ms: row.try_get("to_ms")?,
        reason: Text::reference(id(row, "reason")?),
        at_ms: row.try_get("at_ms")?,
    })
}
