//! The map of each district in memory: which grid a point is in, whose it is, what kinds there
//! are, where the clock stands. Read from the store when it is first needed, and again after a
//! change.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use parking_lot::RwLock;

use crate::clock::Zone;
use crate::domain::{District, DistrictId, GridCode, KindCode, OrgId, Team, TeamId, TopKind};
use crate::spatial::{GridIndex, GridPolygon, Point};
use crate::store::Store;

/// A micro-grid as a command needs it: its code and the version of its shape.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct GridVersion {
    /// Its code.
    pub code: GridCode,
    /// The version of its shape.
    pub version: i64,
}

/// One district's map.
pub struct DistrictMap {
    /// The district.
    pub district: District,
    /// Its clock.
    pub zone: Zone,
    index: GridIndex<GridVersion>,
    owners: HashMap<GridCode, Vec<OrgId>>,
    kinds: HashMap<KindCode, TopKind>,
    grid_kinds: HashMap<GridCode, String>,
    dots: HashMap<TeamId, Team>,
}

impl DistrictMap {
    /// The micro-grid that a point is in.
    pub fn locate(&self, point: Point) -> Option<&GridVersion> {
        self.index.locate(point)
    }

    /// A micro-grid by its code.
    pub fn grid(&self, code: &GridCode) -> Option<&GridVersion> {
        self.index.grids().iter().map(|(grid, _)| grid).find(|grid| grid.code == *code)
    }

    /// What a micro-grid is, e.g. 小区.
    pub fn grid_kind(&self, grid: Option<&GridCode>) -> Option<&str> {
        grid.and_then(|grid| self.grid_kinds.get(grid)).map(String::as_str)
    }

    /// Whether the district has micro-grids at all.
    pub fn has_grids(&self) -> bool {
        !self.index.grids().is_empty()
    }

    /// The organisations that a micro-grid belongs to.
    pub fn owners(&self, grid: Option<&GridCode>) -> &[OrgId] {
        grid.and_then(|grid| self.owners.get(grid)).map_or(&[], Vec::as_slice)
    }

    /// The team, if somebody of it sees it as one dot.
    pub fn dot(&self, team: &TeamId) -> Option<&Team> {
        self.dots.get(team)
    }

    /// The class of a kind, if the dictionary has it.
    pub fn top(&self, kind: &KindCode) -> Option<TopKind> {
        self.kinds.get(kind).copied()
    }
}

/// The maps of all districts that were asked for.
#[derive(Default)]
pub struct Atlas {
    maps: RwLock<HashMap<DistrictId, Arc<DistrictMap>>>,
    /// Counts what was forgotten, so that a map read before a change isn't kept after it.
    forgotten: AtomicU64,
}

/// A map that can't be read.
#[derive(Debug, thiserror::Error)]
pub enum AtlasError {
    /// The database failed.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
    /// What is stored isn't a zone or a shape, although it was checked when it came in.
    #[error("the stored map of district {0} can't be read: {1}")]
    Broken(DistrictId, String),
}

impl Atlas {
    /// The map of a district, or `None` when there is no such district.
    ///
    /// # Errors
    /// [`AtlasError`].
    pub async fn of(
        &self,
        store: &Store,
        district: &DistrictId,
    ) -> Result<Option<Arc<DistrictMap>>, AtlasError> {
        let known = self.maps.read().get(district).cloned();
        if known.is_some() {
            return Ok(known);
        }
        let forgotten = self.forgotten.load(Ordering::Acquire);
        let Some(found) = store.district(district).await? else { return Ok(None) };
        let map = Arc::new(load(store, found).await?);
        let mut maps = self.maps.write();
        if self.forgotten.load(Ordering::Acquire) == forgotten {
            maps.insert(district.clone(), Arc::clone(&map));
        }
        drop(maps);
        Ok(Some(map))
    }

    /// Forgets a district's map, so that it is read again.
    pub fn forget(&self, district: &DistrictId) {
        let mut maps = self.maps.write();
        self.forgotten.fetch_add(1, Ordering::AcqRel);
        maps.remove(district);
    }
}

async fn load(store: &Store, district: District) -> Result<DistrictMap, AtlasError> {
    let broken = |why: String| AtlasError::Broken(district.id.clone(), why);
    let zone: Zone = district.timezone.parse().map_err(|error| broken(format!("{error}")))?;
    let (mut shapes, mut grid_kinds) = (Vec::new(), HashMap::new());
    for shaped in store.grids(&district.id).await? {
        let code = shaped.grid.code;
        let polygon = parse_shape(&shaped.shape).map_err(|why| broken(format!("{code}: {why}")))?;
        grid_kinds.insert(code.clone(), shaped.grid.kind);
        shapes.push((GridVersion { code, version: shaped.grid.version }, polygon));
    }
    let mut owners: HashMap<GridCode, Vec<OrgId>> = HashMap::new();
    for (org, grid) in store.owned_grids(&district.id).await? {
        owners.entry(grid).or_default().push(org);
    }
    let kinds = store.kinds(&district.id).await?;
    let dots = store.teams_as_dots(&district.id).await?;
    Ok(DistrictMap {
        zone,
        index: GridIndex::new(shapes),
        owners,
        grid_kinds,
        dots: dots.into_iter().map(|team| (team.id.clone(), team)).collect(),
        kinds: kinds.into_iter().map(|kind| (kind.code, kind.top)).collect(),
        district,
    })
}

/// A stored shape, a `GeoJSON` geometry as text.
///
/// # Errors
/// What is wrong with it, in words.
pub fn parse_shape(text: &str) -> Result<GridPolygon, String> {
    let geometry: geojson::Geometry = serde_json::from_str(text).map_err(|e| e.to_string())?;
    GridPolygon::from_geojson(&geometry).map_err(|error| error.to_string())
}
