//! Voronoi cells inside a convex shape, evened out by Lloyd's relaxation.
//!
//! It must not know degrees: everything lies in a plane, in metres.
//! Invariant: the cells of a shape are convex, wound counter-clockwise, and tile it.

use super::random::Random;

/// A place in the plane, metres east and north.
pub(super) type Place = [f64; 2];

/// A convex ring, counter-clockwise, without the closing point.
pub(super) type Ring = Vec<Place>;

/// Enough for cells of even size; more changes nothing that a reader of the map would see.
const LLOYD_ROUNDS: usize = 40;

/// `count` even cells of a convex shape; the first cell's site stays at `pinned`, if given.
pub(super) fn even_cells(
    shape: &Ring,
    count: usize,
    pinned: Option<Place>,
    random: &mut Random,
) -> Vec<Ring> {
    let mut sites: Vec<Place> = pinned.into_iter().collect();
    while sites.len() < count {
        sites.push(place_inside(shape, random));
    }
    for _ in 0..LLOYD_ROUNDS {
        let moved: Vec<Place> = cells(shape, &sites).iter().map(centre).collect();
        let fixed = usize::from(pinned.is_some());
        sites[fixed..].copy_from_slice(&moved[fixed..]);
    }
    cells(shape, &sites)
}

/// The centre of mass of a ring.
pub(super) fn centre(ring: &Ring) -> Place {
    let origin = ring[0];
    let (mut twice_area, mut x, mut y) = (0.0, 0.0, 0.0);
    for pair in ring.windows(2) {
        let [a, b] = [minus(pair[0], origin), minus(pair[1], origin)];
        let cross = a[0] * b[1] - a[1] * b[0];
        twice_area += cross;
        x += cross * (a[0] + b[0]);
        y += cross * (a[1] + b[1]);
    }
    [origin[0] + x / (3.0 * twice_area), origin[1] + y / (3.0 * twice_area)]
}

/// The distance between two places.
pub(super) fn distance_m(a: Place, b: Place) -> f64 {
    (a[0] - b[0]).hypot(a[1] - b[1])
}

fn cells(shape: &Ring, sites: &[Place]) -> Vec<Ring> {
    let cell = |&site: &Place| {
        let others = sites.iter().filter(|&&other| other != site);
        others.fold(shape.clone(), |ring, &other| nearer(&ring, site, other))
    };
    sites.iter().map(cell).collect()
}

/// The part of a convex ring that is nearer to `site` than to `other`.
fn nearer(ring: &Ring, site: Place, other: Place) -> Ring {
    let towards = minus(other, site);
    let middle = [(site[0] + other[0]) / 2.0, (site[1] + other[1]) / 2.0];
    let beyond = |at: Place| {
        let from = minus(at, middle);
        from[0] * towards[0] + from[1] * towards[1]
    };
    let mut kept = Ring::with_capacity(ring.len() + 1);
    for (at, &here) in ring.iter().enumerate() {
        let next = ring[(at + 1) % ring.len()];
        let (a, b) = (beyond(here), beyond(next));
        if a <= 0.0 {
            kept.push(here);
        }
        if (a < 0.0 && b > 0.0) || (a > 0.0 && b < 0.0) {
            let share = a / (a - b);
            kept.push([
                here[0] + (next[0] - here[0]) * share,
                here[1] + (next[1] - here[1]) * share,
            ]);
        }
    }
    kept
}

fn place_inside(shape: &Ring, random: &mut Random) -> Place {
    let range = |axis: usize| {
        let along = || shape.iter().map(|at| at[axis]);
        (along().fold(f64::MAX, f64::min), along().fold(f64::MIN, f64::max))
    };
    let (west, east) = range(0);
    let (south, north) = range(1);
    loop {
        let at = [random.between(west, east), random.between(south, north)];
        let left_of = |(a, b): (Place, Place)| {
            let (ab, to) = (minus(b, a), minus(at, a));
            ab[0] * to[1] - ab[1] * to[0] > 0.0
        };
        let edges = shape.iter().copied().zip(shape.iter().copied().cycle().skip(1));
        if edges.into_iter().all(left_of) {
            return at;
        }
    }
}

fn minus(a: Place, b: Place) -> Place {
    [a[0] - b[0], a[1] - b[1]]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn area_m2(ring: &Ring) -> f64 {
        let pairs = ring.iter().zip(ring.iter().cycle().skip(1));
        pairs.map(|(a, b)| a[0] * b[1] - a[1] * b[0]).sum::<f64>() / 2.0
    }

    #[test]
    fn cells_tile_their_shape_evenly() {
        let square = vec![[0.0, 0.0], [100.0, 0.0], [100.0, 100.0], [0.0, 100.0]];
        let cells = even_cells(&square, 9, Some([50.0, 50.0]), &mut Random::new(3));
        assert_eq!(cells.len(), 9);
        let areas: Vec<_> = cells.iter().map(area_m2).collect();
        assert!((areas.iter().sum::<f64>() - 10_000.0).abs() < 1e-6, "{areas:?}");
        assert!(areas.iter().all(|area| (700.0..1_600.0).contains(area)), "{areas:?}");
        assert!(distance_m(centre(&square), [50.0, 50.0]) < 1e-9);
    }
}
