//! `docs/RIGHTS.md` prints the matrix; this holds it equal to the table.
//!
//! `XUNFANG_BLESS=1 cargo test --lib document` writes it anew.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use super::{Grant, rows};
use crate::auth::Seat;

fn label(seat: Seat) -> &'static str {
    match seat {
        Seat::Police => "民警",
        Seat::Auxiliary => "辅警",
        Seat::Property => "物业",
        Seat::Guard => "保安",
        Seat::Volunteer => "群众",
        Seat::TeamLeader => "组长",
        Seat::GridWorker => "微网格员",
        Seat::Mediator => "调解员",
        Seat::Dispatcher => "调度员",
        Seat::DutyChief => "值班长",
        Seat::StreetOffice => "街道办",
        Seat::Analyst => "分析员",
        Seat::Resident => "居民 (链接)",
        Seat::SystemAdmin => "系统管理员",
        Seat::SecurityAdmin => "安全管理员",
        Seat::AuditAdmin => "审计管理员",
    }
}

/// The mark of a cell, and what it means.
fn mark(grant: Grant) -> (&'static str, &'static str) {
    match grant {
        Grant::Yes => ("✓", "all over the own district"),
        Grant::No => ("–", "not at all"),
        Grant::OwnReport => ("own", "what they reported"),
        Grant::OwnTeam => ("team", "what their team is called to, or the team itself"),
        Grant::OwnLead => ("lead", "what their team leads"),
        Grant::Involved => ("inv", "what they reported, or their team is called to"),
        Grant::PoliceMatterOrInvolved => {
            ("治刑", "刑事, 治安, an escalated SOS, and what they are involved in")
        }
        Grant::OwnPremises => ("prem", "in the grids of their organisation"),
        Grant::HazardOrHelp => ("隐患", "隐患 and 求助"),
        Grant::WithPolice => ("+警", "when a police team is called too"),
        Grant::PoliceForce => ("警", "when their force is police, whatever their role"),
        Grant::DisputeOrInvolved => ("纠纷", "disputes, and what they are involved in"),
        Grant::OwnSelf => ("self", "what is about themselves"),
        Grant::Linked => ("link", "the incident that the link is to"),
        Grant::AsForce => ("force", "what a member of their force has on patrol"),
    }
}

fn document() -> String {
    let mut text = String::from(
        "# Who may do what\n\n\
         Printed from the matrix in `src/auth/matrix` by a test, which fails when the two differ \
         (`XUNFANG_BLESS=1 cargo test --lib document` writes this page anew). Everything that is \
         done or seen is held against one of these rows, by every endpoint, every request, every \
         event and every position. A foreign district is closed to everybody; an administrator \
         of the installation serves all of its districts.\n\n",
    );
    let seats: Vec<&str> = Seat::ALL.iter().map(|seat| label(*seat)).collect();
    writeln!(text, "| | {} |", seats.join(" | ")).unwrap();
    writeln!(text, "|---|{}", "---|".repeat(seats.len())).unwrap();
    for row in rows() {
        let cells: Vec<&str> = row.cells.iter().map(|grant| mark(*grant).0).collect();
        writeln!(text, "| `{}` | {} |", row.action, cells.join(" | ")).unwrap();
    }
    text.push_str("\n## What the marks mean\n\n| mark | granted |\n|---|---|\n");
    let mut shown = Vec::new();
    for grant in rows().flat_map(|row| row.cells) {
        if !shown.contains(&grant) {
            shown.push(grant);
            let (mark, meaning) = mark(grant);
            writeln!(text, "| {mark} | {meaning} |").unwrap();
        }
    }
    text.push_str(
        "\n## Where each row comes from\n\n`domain` is the table and the transitions of \
                   the domain page.\n\n| row | source or reason |\n|---|---|\n",
    );
    for row in rows() {
        writeln!(text, "| `{}` | {} |", row.action, row.source).unwrap();
    }
    text
}

#[test]
fn the_page_prints_the_matrix() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/RIGHTS.md");
    if std::env::var_os("XUNFANG_BLESS").is_some() {
        fs::write(&path, document()).unwrap();
    }
    let stale = "docs/RIGHTS.md is stale: run XUNFANG_BLESS=1 cargo test --lib document";
    assert!(fs::read_to_string(&path).unwrap_or_default() == document(), "{stale}");
}
