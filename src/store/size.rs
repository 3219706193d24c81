//! How large it is. It must not know what for.

use sqlx::Row;

use super::Store;

/// Bytes on the disk, indexes among them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StoredSize {
    /// The tracks.
    pub tracks: i64,
    /// Everything else.
    pub state: i64,
}

impl Store {
    /// How large the state and the tracks are.
    ///
    /// # Errors
    /// What the database says.
    pub async fn size(&self) -> Result<StoredSize, sqlx::Error> {
        let ask = self.database.sizes();
        let tracks = sqlx::query(ask.tracks).fetch_one(&self.tracks).await?.try_get(0)?;
        let all: i64 = sqlx::query(ask.main).fetch_one(&self.reader).await?.try_get(0)?;
        let state = if ask.main_holds_tracks { all - tracks } else { all };
        Ok(StoredSize { tracks, state })
    }
}
