//! How many points a second find their micro-grid, on one core.
//!
//! `cargo bench --bench locate` asks the demo's 248 grids, and the 99 real cells too where
//! `XUNFANG_TEST_DATA` names the folder of test data. It prints figures and asserts none.

use std::error::Error;
use std::fs::read_to_string;
use std::hint::black_box;
use std::path::Path;
use std::time::Instant;

use geojson::FeatureCollection;
use xunfang::demo;
use xunfang::spatial::{GridIndex, GridPolygon, Point};

/// Points on a side of the lattice that is asked.
const SIDE: u32 = 1_000;

fn main() -> Result<(), Box<dyn Error>> {
    let demo = demo::district().grids;
    let demo = demo.into_iter().map(|grid| (grid.grid.code.to_string(), grid.shape)).collect();
    measure("demo", &GridIndex::new(demo))?;
    if let Some(root) = std::env::var_os("XUNFANG_TEST_DATA") {
        let path = Path::new(&root).join("philadelphia22/grids.geojson");
        measure("philadelphia22", &GridIndex::new(read(&path)?))?;
    }
    Ok(())
}

fn read(path: &Path) -> Result<Vec<(String, GridPolygon)>, Box<dyn Error>> {
    let features: FeatureCollection = serde_json::from_str(&read_to_string(path)?)?;
    let mut grids = Vec::new();
    for feature in features.features {
        let code = feature.property("code").and_then(|code| code.as_str()).unwrap_or_default();
        let geometry = feature.geometry.as_ref().ok_or("a grid without a geometry")?;
        grids.push((code.to_owned(), GridPolygon::from_geojson(geometry)?));
    }
    Ok(grids)
}

/// Asks in an order that jumps across the map, as reports from many phones do.
fn measure(name: &str, index: &GridIndex<String>) -> Result<(), Box<dyn Error>> {
    let points = lattice(index)?;
    let count = points.len();
    let began = Instant::now();
    let inside = (0..count).filter(|at| {
        let point = points[at * 7_919 % count];
        black_box(index.locate(black_box(point))).is_some()
    });
    let inside = inside.count();
    let seconds = began.elapsed().as_secs_f64();
    let rate = f64::from(SIDE * SIDE) / seconds / 1e6;
    #[expect(clippy::print_stdout, reason = "a bench reports on standard output")]
    {
        let grids = index.grids().len();
        println!("locate {name}: {rate:.1} M points/s ({grids} grids, {inside} of {count} inside)");
    }
    Ok(())
}

/// A lattice of points over the box around all grids.
fn lattice(index: &GridIndex<String>) -> Result<Vec<Point>, Box<dyn Error>> {
    let bounds = || index.grids().iter().map(|(_, grid)| grid.bounds());
    let west = bounds().map(|b| b.least.lng()).fold(f64::MAX, f64::min);
    let south = bounds().map(|b| b.least.lat()).fold(f64::MAX, f64::min);
    let east = bounds().map(|b| b.most.lng()).fold(f64::MIN, f64::max);
    let north = bounds().map(|b| b.most.lat()).fold(f64::MIN, f64::max);
    let share = |step: u32| f64::from(step) / f64::from(SIDE);
    let mut points = Vec::new();
    for row in 0..SIDE {
        for column in 0..SIDE {
            let lng = west + (east - west) * share(column);
            points.push(Point::new(lng, south + (north - south) * share(row))?);
        }
    }
    Ok(points)
}
