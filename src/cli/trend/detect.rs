//! `xunfang trend detect`.

use clap::{Args, ValueEnum};
use jiff::civil::Date;

use super::output::{cell, write_csv};
use super::settings::{Settings, UsageError};
use super::table::Table;
use crate::trend::detect::{
    BayesSettings, Calendar, CusumSettings, EarsSettings, EarsVariant, FarringtonSettings,
    Judgement, Threshold, bayes, cusum, ears, farrington,
};

/// Arguments of `detect`.
#[derive(Debug, Args)]
pub(super) struct DetectArgs {
    /// The detector
    #[arg(long, value_enum)]
    method: Method,
    /// Its settings, such as b=5,w=3,threshold=nb_plugin
    #[arg(long = "set", value_name = "KEY=VALUE,…")]
    set: Vec<String>,
    /// A csv file with one row a week, or - for standard input
    #[arg(long = "in", value_name = "FILE")]
    input: String,
    /// The column of dates, a week apart; without it 52 weeks make a year
    #[arg(long)]
    time: Option<String>,
    /// The column of counts
    #[arg(long)]
    column: String,
    /// Where the csv goes; - is standard output
    #[arg(long, default_value = "-")]
    out: String,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Method {
    EarsC1,
    EarsC2,
    EarsC3,
    Farrington,
    Bayes,
    Cusum,
}

pub(super) fn run(args: &DetectArgs) -> anyhow::Result<()> {
    let settings = Settings::parse(&args.set)?;
    let detector = Detector::read(args.method, settings)?;
    let table = Table::read(&args.input)?;
    let counts = table.counts(&args.column)?;
    let dates = args.time.as_ref().map(|time| table.weeks(time)).transpose()?;
    let rows = match detector {
        Detector::Ears(settings) => simple(&ears(&counts, &settings)),
        Detector::Bayes(settings) => simple(&bayes(&counts, &settings)),
        Detector::Cusum(settings) => simple(&cusum(&counts, &settings)),
        Detector::Farrington(settings) => farrington_rows(&counts, dates.as_deref(), &settings),
    };
    write_csv(&args.out, rows)
}

enum Detector {
    Ears(EarsSettings),
    Farrington(FarringtonSettings),
    Bayes(BayesSettings),
    Cusum(CusumSettings),
}

impl Detector {
    fn read(method: Method, settings: Settings) -> Result<Self, UsageError> {
        Ok(match method {
            Method::EarsC1 => Self::Ears(ears_settings(EarsVariant::C1, settings)?),
            Method::EarsC2 => Self::Ears(ears_settings(EarsVariant::C2, settings)?),
            Method::EarsC3 => Self::Ears(ears_settings(EarsVariant::C3, settings)?),
            Method::Farrington => Self::Farrington(farrington_settings(settings)?),
            Method::Bayes => Self::Bayes(bayes_settings(settings)?),
            Method::Cusum => Self::Cusum(cusum_settings(settings)?),
        })
    }
}

fn is_rate(value: &f64) -> bool {
    *value > 0.0 && *value < 1.0
}

fn ears_settings(variant: EarsVariant, mut from: Settings) -> Result<EarsSettings, UsageError> {
    let default = EarsSettings::new(variant);
    let settings = EarsSettings {
        variant,
        baseline: from.take("baseline", default.baseline, |weeks| *weeks >= 2)?,
        min_sigma: from.take("min_sigma", default.min_sigma, |sigma| *sigma >= 0.0)?,
        alpha: from.take("alpha", default.alpha, is_rate)?,
    };
    from.finish("baseline, min_sigma, alpha")?;
    Ok(settings)
}

fn farrington_settings(mut from: Settings) -> Result<FarringtonSettings, UsageError> {
    let default = FarringtonSettings::default();
    let threshold = from.take("threshold", "nb_plugin".to_owned(), |_| true)?;
    let threshold = match threshold.as_str() {
        "delta" => Threshold::Delta,
        "nb_plugin" => Threshold::NbPlugin,
        "muan" => Threshold::Muan,
        other => {
            let message = format!("--set threshold={other}: there is delta, nb_plugin, muan");
            return Err(UsageError(message));
        }
    };
    let settings = FarringtonSettings {
        years: from.take("b", default.years, |years| (1..=50).contains(years))?,
        half_window: from.take("w", default.half_window, |weeks| *weeks <= 25)?,
        periods: from.take("periods", default.periods, |periods| (1..=26).contains(periods))?,
        past: from.take("past", default.past, |weeks| *weeks <= 520)?,
        alpha: from.take("alpha", default.alpha, is_rate)?,
        threshold,
        trend_p: from.take("trend_p", default.trend_p, |p| (0.0..=1.0).contains(p))?,
    };
    from.finish("b, w, periods, past, alpha, threshold, trend_p")?;
    Ok(settings)
}

fn bayes_settings(mut from: Settings) -> Result<BayesSettings, UsageError> {
    let default = BayesSettings::default();
    let settings = BayesSettings {
        weeks: from.take("w", default.weeks, |weeks| *weeks >= 1)?,
        alpha: from.take("alpha", default.alpha, is_rate)?,
    };
    from.finish("w, alpha")?;
    Ok(settings)
}

fn cusum_settings(mut from: Settings) -> Result<CusumSettings, UsageError> {
    let default = CusumSettings::default();
    let settings = CusumSettings {
        k: from.take("k", default.k, |k| k.is_finite() && *k >= 0.0)?,
        h: from.take("h", default.h, |h| h.is_finite() && *h > 0.0)?,
        learn: from.take("learn", default.learn, |weeks| *weeks >= 1)?,
    };
    from.finish("k, h, learn")?;
    Ok(settings)
}

fn simple(judged: &[Judgement]) -> Vec<Vec<String>> {
    let header = ["t", "observed", "upperbound", "alarm"].map(str::to_owned).to_vec();
    let rows = judged.iter().map(|week| {
        vec![
            (week.row + 1).to_string(),
            week.observed.to_string(),
            cell(week.bound),
            u8::from(week.alarm).to_string(),
        ]
    });
    std::iter::once(header).chain(rows).collect()
}

/// `expected` stands only beside a bound, as in the reference's tables.
fn farrington_rows(
    counts: &[u32],
    dates: Option<&[Date]>,
    settings: &FarringtonSettings,
) -> Vec<Vec<String>> {
    let calendar = dates.map_or(Calendar::Weeks52, Calendar::Dates);
    let names = ["t", "observed", "upperbound", "alarm", "expected", "phi", "p_value", "score"];
    let mut rows = vec![names.map(str::to_owned).to_vec()];
    for (row, observed) in counts.iter().enumerate() {
        let judged = farrington(counts, calendar, row, settings);
        let of = |value: fn(&_) -> f64| cell(judged.as_ref().map(value));
        rows.push(vec![
            (row + 1).to_string(),
            observed.to_string(),
            cell(judged.and_then(|week| week.bound)),
            u8::from(judged.is_some_and(|week| week.alarm)).to_string(),
            cell(judged.and_then(|week| week.bound.map(|_| week.expected))),
            of(|week| week.phi),
            of(|week| week.p_value),
            of(|week| week.score),
        ]);
    }
    rows
}
