//! `xunfang trend claims`.

use anyhow::Context;
use clap::Args;
use serde::Deserialize;
use serde_json::{Number, Value, json};

use super::output::{write_json, write_line};
use crate::trend::claim::{Claim, ClaimKind, ClaimVerdict, Finding, check, claims_in};
use crate::trend::number::Decimal;

/// Arguments of `claims`.
#[derive(Debug, Args)]
pub(super) struct ClaimsArgs {
    /// A JSON list of claims, or - for standard input
    #[arg(long = "in", value_name = "FILE", required_unless_present = "text")]
    input: Option<String>,
    /// A Chinese sentence instead of a file
    #[arg(long, conflicts_with = "input")]
    text: Option<String>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// A claim as it is handed in; every other field, an answer above all, is not read.
#[derive(Debug, Default, Deserialize)]
struct Entry {
    kind: Option<ClaimKind>,
    current: Option<Number>,
    base: Option<Number>,
    parts: Option<Vec<Number>>,
    stated: Option<Number>,
    decimals: Option<i32>,
    text: Option<String>,
}

pub(super) fn run(args: &ClaimsArgs) -> anyhow::Result<()> {
    let entries = match (&args.text, &args.input) {
        (Some(text), _) => vec![Entry { text: Some(text.clone()), ..Entry::default() }],
        (None, input) => read(input.as_deref().unwrap_or("-"))?,
    };
    let mut findings = Vec::with_capacity(entries.len());
    for (index, entry) in entries.iter().enumerate() {
        let found = entry.findings().with_context(|| format!("claim {}", index + 1))?;
        findings.push((entry.text.as_deref(), found));
    }
    if args.json {
        return write_json(&findings.iter().map(|(text, found)| as_json(*text, found)).collect());
    }
    for (text, found) in &findings {
        for finding in found {
            let text = text.unwrap_or("");
            write_line(&format!("{}\t{text}\t{}", finding.verdict, finding.advice))?;
        }
    }
    Ok(())
}

fn read(path: &str) -> anyhow::Result<Vec<Entry>> {
    let text = if path == "-" {
        std::io::read_to_string(std::io::stdin().lock())
    } else {
        std::fs::read_to_string(path)
    };
    let text = text.with_context(|| format!("cannot read {path}"))?;
    serde_json::from_str(&text).with_context(|| format!("{path} is not a list of claims"))
}

impl Entry {
    /// One finding for figures, one a claim for a sentence alone; never none.
    fn findings(&self) -> anyhow::Result<Vec<Finding>> {
        if self.kind.is_none()
            && self.stated.is_none()
            && let Some(text) = &self.text
        {
            return Ok(claims_in(text).into_iter().map(check).collect());
        }
        let parts = self.parts.as_ref();
        let parts: Option<anyhow::Result<Vec<i128>>> =
            parts.map(|parts| parts.iter().map(|part| whole("parts", part)).collect());
        Ok(vec![check(Claim {
            current: self.current.as_ref().map(|n| whole("current", n)).transpose()?,
            base: self.base.as_ref().map(|n| whole("base", n)).transpose()?,
            parts: parts.transpose()?,
            stated: self.stated()?,
            ..Claim::new(self.kind)
        })])
    }

    /// The figure at the places it was printed to.
    fn stated(&self) -> anyhow::Result<Option<Decimal>> {
        let Some(number) = &self.stated else { return Ok(None) };
        let stated = Decimal::parse(&number.to_string())
            .with_context(|| format!("stated: {number} is not a decimal number"))?;
        let Some(places) = self.decimals else { return Ok(Some(stated)) };
        // 22.0 told to no place is 22; a figure with more places than told keeps them.
        let shorter = stated.ratio().rounded(places);
        let exact = shorter.widened(stated.places) == stated.widened(places);
        Ok(Some(if exact { shorter } else { stated }))
    }
}

fn whole(field: &str, number: &Number) -> anyhow::Result<i128> {
    Decimal::parse(&number.to_string())
        .and_then(Decimal::whole)
        .with_context(|| format!("{field}: {number} is not a whole number"))
}

fn as_json(text: Option<&str>, findings: &[Finding]) -> Value {
    // A text stands or falls with its worst claim.
    let worst = findings.iter().min_by_key(|finding| match finding.verdict {
        ClaimVerdict::Irreproducible(_) => 0,
        ClaimVerdict::Unclear => 1,
        ClaimVerdict::BaseTooSmall => 2,
        ClaimVerdict::Reproducible => 3,
    });
    let mut value = worst.map_or(Value::Null, one);
    if let (Some(text), Some(fields)) = (text, value.as_object_mut()) {
        fields.insert("text".to_owned(), json!(text));
        if findings.len() > 1 {
            fields.insert("claims".to_owned(), findings.iter().map(one).collect());
        }
    }
    value
}

fn one(finding: &Finding) -> Value {
    let (low, high) = finding.interval.unwrap_or((None, None));
    json!({
        "ok": finding.ok,
        "exact": finding.exact.map(|exact| exact.value()),
        "rounded": finding.rounded.map(Decimal::value),
        "verdict": finding.verdict.to_string(),
        "current": finding.claim.current.map(|count| count.to_string().parse::<Number>().ok()),
        "base": finding.claim.base.map(|count| count.to_string().parse::<Number>().ok()),
        "stated": finding.claim.stated.map(Decimal::value),
        "percent_low": low,
        "percent_high": high,
        "advice": finding.advice,
    })
}
