//! Posting a message.

use super::Fault;
use super::context::Context;
use super::effect::find_visible;
use crate::auth::{About, Action, Object};
use crate::domain::id::is_valid_client_id;
use crate::domain::{ChannelId, Event, Message, MessageId};
use crate::protocol::{Outcome, Refusal};
use crate::store::message as stored;

pub(super) async fn post(
    cx: &mut Context<'_, '_>,
    id: &MessageId,
    channel: &ChannelId,
    body: &str,
) -> Result<Outcome, Fault> {
    let member = cx.member()?.clone();
    if !is_valid_client_id(id.as_str()) {
        return Err(Refusal::invalid("message", "1 to 64 visible ASCII characters").into());
    }
    let unknown = || Refusal::not_found("channel").about("channel");
    let channel = stored::find_channel(cx.tx, channel).await?;
    let channel = channel.filter(|c| c.district == member.district).ok_or_else(unknown)?;
    let incident = match &channel.incident {
        Some(incident) => {
            let incident = find_visible(cx, incident).await.map_err(|fault| match fault {
                Fault::Refused(_) => unknown().into(),
                broken @ Fault::Broken(_) => broken,
            })?;
            cx.allow(Action::PostToIncident, &Object::incident(&incident))?;
            Some(incident)
        }
        None => {
            cx.allow(Action::PostToDistrict, &Object::district(&channel.district))?;
            None
        }
    };
    let text = cx.keep_text(&channel.district, "body", body).await?;
    let message = Message {
        id: id.clone(),
        channel: channel.id,
        district: channel.district.clone(),
        sender: member.id,
        sender_name: member.name,
        at_ms: cx.now_ms,
        text: text.ok_or_else(|| Refusal::invalid("body", "say something"))?,
    };
    stored::insert(cx.tx, &message).await?;
    let about = incident.as_ref().map_or(About::Itself, About::ChannelOf);
    let seq = cx.emit(&channel.district, Event::MessagePosted { message }, about).await?;
    Ok(Outcome { district: Some(channel.district), seq: Some(seq), ..Outcome::default() })
}
