//! Weighted least squares by Householder QR, one column at a time.
//!
//! It must not know what the columns mean. Invariant: a column that adds nothing (its remainder
//! under 1e-11 of its length) is left out, as R's `lm` does, and its coefficient is 0.

/// A remainder below this share of a column's length is noise.
const TOLERANCE: f64 = 1e-11;

/// A design matrix by columns, all of one length.
pub type Columns = Vec<Vec<f64>>;

/// The solution of one weighted least squares problem.
#[derive(Clone, Debug)]
pub struct LeastSquares {
    /// One coefficient a column; 0 for a column that was left out.
    pub coefficients: Vec<f64>,
    factor: Factor,
    rows: usize,
}

/// Minimises Σ w (z − Xβ)²; `None` when a value is not finite.
pub fn solve_weighted(columns: &Columns, weights: &[f64], target: &[f64]) -> Option<LeastSquares> {
    let root: Vec<f64> = weights.iter().map(|w| w.sqrt()).collect();
    let mut rotated: Vec<f64> = target.iter().zip(&root).map(|(z, r)| z * r).collect();
    let mut factor = Factor::default();
    for column in columns {
        let weighted = column.iter().zip(&root).map(|(x, r)| x * r).collect();
        factor.push(weighted);
    }
    factor.reflect(&mut rotated);
    if rotated.iter().any(|value| !value.is_finite()) {
        return None;
    }
    let mut coefficients = vec![0.0; columns.len()];
    for i in (0..factor.kept.len()).rev() {
        let later = i + 1..factor.kept.len();
        let sum: f64 = later.map(|j| factor.upper[j][i] * coefficients[factor.kept[j]]).sum();
        coefficients[factor.kept[i]] = (rotated[i] - sum) / factor.upper[i][i];
    }
    Some(LeastSquares { coefficients, factor, rows: target.len() })
}

impl LeastSquares {
    /// Number of columns kept.
    pub fn rank(&self) -> usize {
        self.factor.kept.len()
    }

    /// Diagonal of the hat matrix, one value a row.
    pub fn leverage(&self) -> Vec<f64> {
        self.factor.leverage(self.rows)
    }

    /// (XᵀWX)⁻¹; rows and columns of columns left out are 0.
    pub fn inverse(&self) -> Vec<Vec<f64>> {
        let upper_inverse = self.factor.upper_inverse();
        let (rank, kept) = (self.rank(), &self.factor.kept);
        let width = self.coefficients.len();
        let mut inverse = vec![vec![0.0; width]; width];
        for i in 0..rank {
            for j in 0..rank {
                let from = i.max(j);
                inverse[kept[i]][kept[j]] =
                    (from..rank).map(|k| upper_inverse[i][k] * upper_inverse[j][k]).sum();
            }
        }
        inverse
    }
}

/// Reflectors and the upper triangle, grown by one column at a time.
#[derive(Clone, Debug, Default)]
struct Factor {
    /// Unit vectors v of the reflections I − 2vvᵀ; the first k entries of the k-th are 0.
    reflectors: Vec<Vec<f64>>,
    /// Columns of R, each of its own length.
    upper: Vec<Vec<f64>>,
    /// Which design columns were kept.
    kept: Vec<usize>,
    seen: usize,
}

impl Factor {
    fn push(&mut self, mut column: Vec<f64>) {
        let index = self.seen;
        self.seen += 1;
        let length = norm(&column);
        self.reflect(&mut column);
        let k = self.kept.len();
        if k >= column.len() {
            return;
        }
        let rest = norm(&column[k..]);
        // Written so that a NaN is left out too.
        let adds = rest > TOLERANCE * length;
        if !adds {
            return;
        }
        let diagonal = if column[k] > 0.0 { -rest } else { rest };
        let mut upper = column[..k].to_vec();
        upper.push(diagonal);
        let mut reflector = column;
        reflector[..k].fill(0.0);
        reflector[k] -= diagonal;
        let scale = norm(&reflector[k..]);
        reflector[k..].iter_mut().for_each(|value| *value /= scale);
        self.reflectors.push(reflector);
        self.upper.push(upper);
        self.kept.push(index);
    }

    /// Applies the reflections in order: Qᵀ times the vector.
    fn reflect(&self, vector: &mut [f64]) {
        for (k, reflector) in self.reflectors.iter().enumerate() {
            mirror(&reflector[k..], &mut vector[k..]);
        }
    }

    /// Rows of R⁻¹, square.
    fn upper_inverse(&self) -> Vec<Vec<f64>> {
        let rank = self.kept.len();
        let mut inverse = vec![vec![0.0; rank]; rank];
        for (j, column) in self.upper.iter().enumerate() {
            inverse[j][j] = 1.0 / column[j];
            for i in (0..j).rev() {
                let sum: f64 = (i + 1..=j).map(|k| self.upper[k][i] * inverse[k][j]).sum();
                inverse[i][j] = -sum / self.upper[i][i];
            }
        }
        inverse
    }

    /// Row sums of squares of the first columns of Q.
    fn leverage(&self, rows: usize) -> Vec<f64> {
        let mut leverage = vec![0.0; rows];
        for axis in 0..self.kept.len() {
            let mut vector = vec![0.0; rows];
            vector[axis] = 1.0;
            for (k, reflector) in self.reflectors.iter().enumerate().take(axis + 1).rev() {
                mirror(&reflector[k..], &mut vector[k..]);
            }
            for (sum, value) in leverage.iter_mut().zip(&vector) {
                *sum += value * value;
            }
        }
        leverage
    }
}

/// Four sums side by side: a float sum in one chain can't be vectorised.
const LANES: usize = 4;

/// Applies I − 2vvᵀ for a unit vector v.
fn mirror(unit: &[f64], vector: &mut [f64]) {
    let twice = 2.0 * dot(unit, vector);
    let (units, unit_rest) = unit.as_chunks::<LANES>();
    let (lanes, rest) = vector.as_chunks_mut::<LANES>();
    for (x, u) in lanes.iter_mut().zip(units) {
        x[0] -= twice * u[0];
        x[1] -= twice * u[1];
        x[2] -= twice * u[2];
        x[3] -= twice * u[3];
    }
    rest.iter_mut().zip(unit_rest).for_each(|(x, u)| *x -= twice * u);
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    let (a, a_rest) = a.as_chunks::<LANES>();
    let (b, b_rest) = b.as_chunks::<LANES>();
    let mut sums = [0.0; LANES];
    for (x, y) in a.iter().zip(b) {
        sums[0] += x[0] * y[0];
        sums[1] += x[1] * y[1];
        sums[2] += x[2] * y[2];
        sums[3] += x[3] * y[3];
    }
    let rest: f64 = a_rest.iter().zip(b_rest).map(|(x, y)| x * y).sum();
    sums[0] + sums[1] + sums[2] + sums[3] + rest
}

fn norm(vector: &[f64]) -> f64 {
    dot(vector, vector).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_through_four_points() {
        let columns = vec![vec![1.0; 4], vec![0.0, 1.0, 2.0, 3.0]];
        let fit = solve_weighted(&columns, &[1.0; 4], &[1.0, 3.0, 2.0, 5.0]).unwrap();
        assert!((fit.coefficients[0] - 1.1).abs() < 1e-14);
        assert!((fit.coefficients[1] - 1.1).abs() < 1e-14);
        assert!((fit.inverse()[1][1] - 0.2).abs() < 1e-14);
        assert!((fit.inverse()[0][1] + 0.3).abs() < 1e-14);
        assert!((fit.leverage()[0] - 0.7).abs() < 1e-14);
        assert!((fit.leverage().iter().sum::<f64>() - 2.0).abs() < 1e-14);
    }

    #[test]
    fn a_column_that_repeats_is_left_out() {
        let columns = vec![vec![1.0; 3], vec![2.0; 3], vec![0.0, 1.0, 2.0]];
        let fit = solve_weighted(&columns, &[1.0, 2.0, 1.0], &[1.0, 2.0, 3.0]).unwrap();
        assert_eq!(fit.rank(), 2);
        assert_eq!(fit.coefficients[1], 0.0);
        assert!((fit.coefficients[2] - 1.0).abs() < 1e-14);
        assert!(solve_weighted(&columns, &[1.0; 3], &[f64::NAN, 0.0, 0.0]).is_none());
    }
}
