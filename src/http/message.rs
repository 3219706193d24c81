//! Messages of a channel, for those who see the channel.

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;

use super::district::InDistrict;
use super::error::Answer;
use super::extract::{Named, Params, SignedIn};
use super::incident::visible;
use super::page::{Page, limit, parse_place, place};
use super::refusals::DistrictRefusals;
use crate::app::App;
use crate::auth::Action;
use crate::domain::{Channel, ChannelId, DistrictId, Message};
use crate::protocol::Refusal;

/// Which messages a page lists.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Asked {
    /// The channel; that of the district when it isn't said.
    channel: Option<ChannelId>,
    /// The `next` of the page before.
    before: Option<String>,
    /// 1 to 500; 100 when it isn't said.
    #[param(minimum = 1, maximum = 500)]
    limit: Option<u32>,
}

/// The last messages of a channel, oldest first; `next` leads to older ones.
#[utoipa::path(
    get, path = "/api/districts/{district}/messages", tag = "messages", params(InDistrict, Asked),
    responses(
        (status = 200, description = "Oldest first.", body = Page<Message>),
        (status = 404, description = "No such channel, or none that the member may see.",
         body = Refusal),
        DistrictRefusals,
    )
)]
pub(super) async fn list(
    State(app): State<App>,
    me: SignedIn,
    Named(InDistrict { district }): Named<InDistrict>,
    Params(asked): Params<Asked>,
) -> Answer<Json<Page<Message>>> {
    me.allow_in(Action::SeePlaces, &district)?;
    let limit = limit(asked.limit)?;
    let before = asked.before.as_deref().map(|text| parse_place("before", text)).transpose()?;
    let channel = asked.channel.unwrap_or_else(|| Channel::of_district(&district).id);
    let channel = visible_channel(&app, &me, &district, &channel).await?;
    let mut newest_first =
        app.store.messages(&channel.id, before.as_ref(), i64::from(limit) + 1).await?;
    newest_first.reverse();
    let mut page =
        Page::of(newest_first, limit, |message| place(message.at_ms, message.id.as_str()));
    page.items.reverse();
    app.store.fill_texts(page.items.iter_mut().map(|message| &mut message.text).collect()).await?;
    Ok(Json(page))
}

/// The channel of everybody in the district, or that of an incident which the reader sees.
async fn visible_channel(
    app: &App,
    me: &SignedIn,
    district: &DistrictId,
    id: &ChannelId,
) -> Answer<Channel> {
    let nothing = || Refusal::not_found("channel").about("channel");
    let found = app.store.channel(id).await?;
    let channel = found.filter(|channel| channel.district == *district).ok_or_else(nothing)?;
    match &channel.incident {
        Some(incident) => drop(visible(app, me, incident).await?.ok_or_else(nothing)?),
        None => me.allow_in(Action::PostToDistrict, district)?,
    }
    Ok(channel)
}
