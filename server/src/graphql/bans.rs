//! Who is banned from an event: by whichever of its rooms, also one that was deleted since.

use std::sync::Arc;

use async_graphql::{Context, ID, Object, Result, SimpleObject};
use chrono::{DateTime, Utc};
use houselights_domain::Duty;
use houselights_shared::ParticipantId;

use super::{
    error::{Code, Denial},
    guard::{app, viewer},
    input,
    loaders::{BansOf, loaded},
    people::Person,
};
use crate::{
    clock,
    store::{BanRow, EventRow},
};

/// Somebody who may not come to an event any more.
#[derive(SimpleObject)]
#[graphql(serial)]
pub(crate) struct Ban {
    /// Who: their participant's.
    id: ID,
    name: String,
    since: DateTime<Utc>,
    /// The rooms that say so, the latest first.
    rooms: Vec<BanningRoom>,
}

/// A room that bans somebody.
#[derive(SimpleObject)]
pub(crate) struct BanningRoom {
    title: String,
    /// Whether it was deleted since: nobody can go there to lift the ban.
    deleted: bool,
}

/// Who is banned from an event.
pub(crate) struct EventBans(pub(super) Arc<EventRow>);

#[Object]
impl EventBans {
    /// Who is banned from the event, by any of its rooms; the latest first.
    #[graphql(complexity = "10 * child_complexity + 10")]
    async fn bans(&self, context: &Context<'_>) -> Result<Vec<Ban>> {
        viewer(context)?.on_row(app(context)?, &self.0, Duty::ReadPeople).await?;
        let rows = loaded(context, BansOf(self.0.id)).await?.unwrap_or_default();
        let mut bans: Vec<Ban> = Vec::new();
        for BanRow { event: _, participant, name, room_title: title, is_deleted: deleted, at } in rows {
            let (id, room) = (ID::from(participant.to_string()), BanningRoom { title, deleted });
            match bans.iter_mut().find(|ban| ban.id == id) {
                Some(ban) => ban.rooms.push(room),
                None => bans.push(Ban { id, name, since: input::shown(at), rooms: vec![room] }),
            }
        }
        Ok(bans)
    }
}

#[derive(Default)]
pub(crate) struct BansMutation;

#[Object]
impl BansMutation {
    /// Somebody who was banned from the event can come again. Each room that says otherwise says so no more, also one that was deleted since. True
    /// where they were banned.
    async fn lift_ban(&self, context: &Context<'_>, event: ID, participant: ID) -> Result<bool> {
        let app = app(context)?;
        let event = viewer(context)?.on_event(app, input::id(&event)?, Duty::ManagePeople).await?;
        let who: ParticipantId = input::id(&participant)?;
        let rooms = app.store.banned_by(event.id, who).await.map_err(Denial::from)?.ok_or_else(Denial::not_found)?;
        let by = if rooms.is_empty() { None } else { organizer(context, &event).await? };
        for room in &rooms {
            if !app.rooms.room(*room).unban(who, by).await {
                return Err(Denial::new(Code::StorageUnavailable, "a room cannot be read just now").into());
            }
        }
        // The rooms tell of it, too, and maybe later: who hears that it is lifted can come at once.
        app.unbanned(who);
        Ok(!rooms.is_empty())
    }
}

/// Who the viewer is in the event's rooms, for their logs; nobody where it is a key.
async fn organizer(context: &Context<'_>, event: &EventRow) -> Result<Option<ParticipantId>> {
    let (app, viewer) = (app(context)?, viewer(context)?);
    let Some(person) = viewer.maybe_person().map(|login| login.person) else { return Ok(None) };
    let memberships = viewer.memberships(app, person).await?;
    let Some((_, role)) = memberships.iter().find(|(of, _)| Some(*of) == event.organisation) else { return Ok(None) };
    let known = Person::load(context, person).await?;
    let who = (person, known.called_in_rooms(), role.in_rooms());
    Ok(app.store.member_in_rooms(event.id, who, clock::now()).await.map_err(Denial::from)?)
}
