//! The audit log, for the audit administrator alone.

use std::collections::HashMap;

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::district::InDistrict;
use super::error::Answer;
use super::extract::{Named, Params, SignedIn};
use super::page::{Page, limit};
use super::refusals::DistrictRefusals;
use crate::app::App;
use crate::auth::Action;
use crate::domain::{AuditAction, AuditRecord, MemberId, Text};
use crate::protocol::Refusal;
use crate::store::audit_page::AuditFilter;

/// Which records a page lists.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Asked {
    /// Only by this member.
    actor: Option<MemberId>,
    /// Only this.
    action: Option<AuditAction>,
    /// Only what was done to this: `incident:…`, `member:…`, `text:…` and so on.
    object: Option<String>,
    /// Only from this time on, Unix ms UTC.
    from_ms: Option<i64>,
    /// Only before this time, Unix ms UTC.
    to_ms: Option<i64>,
    /// The `next` of the page before.
    before: Option<String>,
    /// 1 to 500; 100 when it isn't said.
    #[param(minimum = 1, maximum = 500)]
    limit: Option<u32>,
}

/// A record with what it refers to.
#[derive(Serialize, ToSchema)]
pub(super) struct AuditLine {
    /// The record, as it stands in the chain.
    #[serde(flatten)]
    record: AuditRecord,
    /// The actor's name now; null for the system, or when they are no longer there.
    actor_name: Option<String>,
    /// The reason; its body is null once it was erased.
    reason_text: Option<Text>,
}

/// A district's audit log, the newest first. That of the installation has the code
/// `installation`.
#[utoipa::path(
    get, path = "/api/districts/{district}/audit", tag = "audit", params(InDistrict, Asked),
    responses((status = 200, description = "By place.", body = Page<AuditLine>), DistrictRefusals)
)]
pub(super) async fn list(
    State(app): State<App>,
    me: SignedIn,
    Named(InDistrict { district }): Named<InDistrict>,
    Params(asked): Params<Asked>,
) -> Answer<Json<Page<AuditLine>>> {
    me.allow_in(Action::SeeAudit, &district)?;
    let limit = limit(asked.limit)?;
    let wrong = || Refusal::invalid("before", "not the `next` of an earlier page");
    let before = asked.before.map(|text| text.parse().map_err(|_| wrong())).transpose()?;
    let filter = AuditFilter {
        actor: asked.actor,
        action: asked.action,
        object: asked.object,
        from_ms: asked.from_ms,
        to_ms: asked.to_ms,
        before,
        limit: i64::from(limit) + 1,
    };
    let records = app.store.audit_page(&district, &filter).await?;
    let page = Page::of(records, limit, |record| record.seq.to_string());
    let mut names: HashMap<MemberId, Option<String>> = HashMap::new();
    let mut items = Vec::with_capacity(page.items.len());
    for record in page.items {
        let actor_name = match &record.actor {
            Some(actor) => name(&app, &mut names, actor).await?,
            None => None,
        };
        let reason_text = record.reason.clone().map(Text::reference);
        items.push(AuditLine { record, actor_name, reason_text });
    }
    let texts = items.iter_mut().filter_map(|line| line.reason_text.as_mut());
    app.store.fill_texts(texts.collect()).await?;
    Ok(Json(Page { items, next: page.next }))
}

async fn name(
    app: &App,
    names: &mut HashMap<MemberId, Option<String>>,
    actor: &MemberId,
) -> Answer<Option<String>> {
    if let Some(known) = names.get(actor) {
        return Ok(known.clone());
    }
    let name = app.store.member(actor).await?.map(|member| member.name);
    names.insert(actor.clone(), name.clone());
    Ok(name)
}
