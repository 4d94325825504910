//! Speakers, their invitations, and the way of a member into an event of their own.

use std::sync::Arc;

use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, Result, SimpleObject};
use chrono::{DateTime, Utc};
use houselights_domain::Duty;
use houselights_shared::{EventId, ImageId, ParticipantId, RoomId, SpeakerId};

use super::{
    agenda::settled,
    error::{Code, Denial},
    events::Event,
    guard::{app, viewer},
    images::Image,
    input,
    loaders::loaded,
    people::Person,
    speaker_letters::{farewell, letter, minute, moving},
};
use crate::{
    app::App,
    bounds::{BIOGRAPHY_CHARS, HEADLINE_CHARS},
    clock,
    mail::Message,
    store::{
        Child, CreatedInvite, Entering, EventRow, PersonLogin, RoomStands, SpeakerChange, SpeakerRow, StoreError, app_link,
        fresh_secret, good_again,
    },
};

/// Somebody who speaks, as the agenda shows them.
pub(crate) struct Speaker(pub(super) Arc<SpeakerRow>);

#[Object]
impl Speaker {
    async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }

    async fn name(&self) -> &str {
        &self.0.name
    }

    /// One line below the name.
    async fn headline(&self) -> &str {
        &self.0.headline
    }

    /// Markdown.
    async fn biography(&self) -> &str {
        &self.0.biography
    }

    /// Where invitations go. Nothing for whoever may not see people.
    async fn email(&self, context: &Context<'_>) -> Result<Option<&str>> {
        Ok(if self.is_shown(context).await? { self.0.email.as_deref() } else { None })
    }

    async fn picture(&self, context: &Context<'_>) -> Result<Option<Image>> {
        let base_url = &app(context)?.base_url;
        Ok(self.0.picture.as_ref().map(|image| Image::of(image, base_url)))
    }

    /// When the last invitation was made. Nothing for whoever may not see people.
    async fn invited_at(&self, context: &Context<'_>) -> Result<Option<DateTime<Utc>>> {
        Ok(if self.is_shown(context).await? { self.0.invited_at.map(input::shown) } else { None })
    }

    /// When they first came in with one. Nothing for whoever may not see people.
    async fn came_at(&self, context: &Context<'_>) -> Result<Option<DateTime<Utc>>> {
        Ok(if self.is_shown(context).await? { self.0.came_at.map(input::shown) } else { None })
    }
}

impl Speaker {
    /// Whether the viewer may see who they are besides what the public sees.
    async fn is_shown(&self, context: &Context<'_>) -> Result<bool> {
        let event: Option<Arc<EventRow>> = loaded(context, self.0.event).await?;
        let Some(event) = event else { return Ok(false) };
        match viewer(context)?.on_row(app(context)?, &event, Duty::ReadPeople).await {
            Ok(()) => Ok(true),
            Err(denial) if matches!(denial.code, Code::Forbidden | Code::NotFound) => Ok(false),
            Err(denial) => Err(denial.into()),
        }
    }

    async fn load(app: &App, id: SpeakerId) -> Result<Self> {
        let row = app.store.speaker(id).await.map_err(Denial::from)?;
        Ok(Self(Arc::new(row.ok_or_else(Denial::not_found)?)))
    }
}

/// A link of somebody's own into an event. It is shown this once.
#[derive(SimpleObject)]
pub(crate) struct Invitation {
    /// For the app.
    link: String,
    /// For the browser.
    web: String,
}

impl From<CreatedInvite> for Invitation {
    fn from(invite: CreatedInvite) -> Self {
        Self { link: invite.link, web: invite.web }
    }
}

/// A speaker to be added.
#[derive(InputObject)]
#[graphql(name = "NewSpeaker")]
pub(crate) struct NewSpeakerInput {
    name: String,
    headline: Option<String>,
    /// Markdown.
    biography: Option<String>,
    email: Option<String>,
}

/// What is to be different; what is absent stays.
#[derive(InputObject)]
#[graphql(name = "SpeakerChange")]
pub(crate) struct SpeakerChangeInput {
    name: Option<String>,
    headline: Option<String>,
    biography: Option<String>,
    /// Null: none.
    email: MaybeUndefined<String>,
    /// Null: none.
    picture: MaybeUndefined<ID>,
}

fn headline(text: &str) -> Result<String, Denial> {
    let text = input::text("headline", text, HEADLINE_CHARS)?;
    if text.contains('\n') { Err(Denial::bad("headline", "one line")) } else { Ok(text) }
}

fn biography(text: &str) -> Result<String, Denial> {
    input::text("biography", text, BIOGRAPHY_CHARS)
}

impl NewSpeakerInput {
    fn checked(self, event: &EventRow) -> Result<SpeakerRow, Denial> {
        Ok(SpeakerRow {
            id: SpeakerId::random(),
            event: event.id,
            participant: None,
            name: input::title("name", &self.name)?,
            headline: headline(&self.headline.unwrap_or_default())?,
            biography: biography(&self.biography.unwrap_or_default())?,
            email: self.email.map(|email| input::email("email", &email)).transpose()?,
            picture: None,
            invited_at: None,
            came_at: None,
        })
    }
}

impl SpeakerChangeInput {
    fn checked(self) -> Result<SpeakerChange, Denial> {
        let email = match self.email {
            MaybeUndefined::Undefined => None,
            MaybeUndefined::Null => Some(None),
            MaybeUndefined::Value(email) => Some(Some(input::email("email", &email)?)),
        };
        let picture = match self.picture {
            MaybeUndefined::Undefined => None,
            MaybeUndefined::Null => Some(None),
            MaybeUndefined::Value(id) => Some(Some(input::id::<ImageId>(&id)?)),
        };
        Ok(SpeakerChange {
            name: self.name.map(|name| input::title("name", &name)).transpose()?,
            headline: self.headline.map(|text| headline(&text)).transpose()?,
            biography: self.biography.map(|text| biography(&text)).transpose()?,
            email,
            picture,
        })
    }
}

#[derive(Default)]
pub(crate) struct SpeakersMutation;

#[Object]
impl SpeakersMutation {
    /// Adds a speaker behind the others.
    async fn create_speaker(&self, context: &Context<'_>, event: ID, speaker: NewSpeakerInput) -> Result<Speaker> {
        let app = app(context)?;
        let event = viewer(context)?.on_event(app, input::id(&event)?, Duty::EditEvent).await?;
        let new = speaker.checked(&event)?;
        settled(app.store.create_speaker(&new, clock::now()).await.map_err(Denial::from)?)?;
        Ok(Speaker(Arc::new(new)))
    }

    /// Changes a speaker. What they are called in the rooms follows when they come in the next time. Where somebody who was invited has another
    /// address, their calendar goes along: the one before is sent that they are gone from it, the new one an invitation of its own. What was sent to
    /// the one before leads nowhere any more, and whoever came in with it is sent away.
    async fn update_speaker(&self, context: &Context<'_>, id: ID, change: SpeakerChangeInput) -> Result<Speaker> {
        let app = app(context)?;
        let event = viewer(context)?.on_child(app, Child::Speaker, &id, Duty::EditEvent).await?;
        let (id, change) = (input::id(&id)?, change.checked()?);
        if let Some(picture) = change.picture.flatten()
            && !app.store.has_image(event.organisation, picture).await.map_err(Denial::from)?
        {
            return Err(Denial::not_found().into());
        }
        let speaker = Speaker::load(app, id).await?.0;
        let (statements, ended) = moving(app, &event, &speaker, &change).await.map_err(Denial::from)?;
        if !app.store.update_speaker(id, &change, statements).await.map_err(Denial::from)? {
            return Err(Denial::not_found().into());
        }
        app.post_office.wake();
        if let Some(participant) = ended {
            app.participant_ended(participant);
        }
        Speaker::load(app, id).await
    }

    /// Puts a speaker into the trash. Their invitations are over, and whoever came with one is not let in any more. Whoever was invited by mail is
    /// told.
    async fn delete_speaker(&self, context: &Context<'_>, id: ID) -> Result<Event> {
        let app = app(context)?;
        let event = viewer(context)?.on_child(app, Child::Speaker, &id, Duty::EditEvent).await?;
        let speaker = Speaker::load(app, input::id(&id)?).await?.0;
        let now = clock::now();
        let letter = farewell(app, &event, (&speaker, Message::SpeakerOff), now)
            .await
            .map_err(Denial::from)?
            .map(|letter| letter.insert());
        if !app.store.delete_speaker(speaker.id, letter, now).await.map_err(Denial::from)? {
            return Err(Denial::not_found().into());
        }
        app.post_office.wake();
        if let Some(participant) = speaker.participant {
            app.participant_ended(participant);
        }
        Event::load(app, event.id).await
    }

    /// Invites a speaker into the green room, anew where they were invited before: by mail where they have an address, and with a link to be
    /// passed on. It leads into the room of what they speak in next.
    async fn invite_speaker(&self, context: &Context<'_>, id: ID) -> Result<Invitation> {
        let app = app(context)?;
        let event = viewer(context)?.on_child(app, Child::Speaker, &id, Duty::EditEvent).await?;
        let id = input::id(&id)?;
        // Again where somebody else invited them for the first time at the same moment.
        for _ in 0..2 {
            let speaker = Speaker::load(app, id).await?.0;
            let (participant, now) = (speaker.participant.unwrap_or_else(ParticipantId::random), clock::now());
            let invite = CreatedInvite::for_speaker(&speaker.name, &app.base_url).map_err(Denial::from)?;
            let letter = letter(app, &event, (&speaker, participant), (minute(now), now)).await.map_err(Denial::from)?;
            if let Some(letter) = &letter {
                // Where mail came back before, the organizer says that it is to go there again.
                app.store.store_all(vec![good_again(event.id, &letter.recipient)]).await.map_err(Denial::from)?;
            }
            let letter = letter.map(|letter| letter.insert());
            if app.store.invite_speaker(&speaker, (participant, &invite), letter, now).await.map_err(Denial::from)? {
                app.post_office.wake();
                return Ok(invite.into());
            }
        }
        Err(Denial::conflict().into())
    }

    /// Takes back the invitations of a speaker: their links are over, also in letters that are on their way, and whoever came with one is sent away.
    /// The page behind such a link says so. They can be invited anew.
    async fn revoke_invitation(&self, context: &Context<'_>, id: ID) -> Result<Speaker> {
        let app = app(context)?;
        viewer(context)?.on_child(app, Child::Speaker, &id, Duty::EditEvent).await?;
        let speaker = Speaker::load(app, input::id(&id)?).await?.0;
        if !app.store.revoke_invitations(speaker.id, clock::now()).await.map_err(Denial::from)? {
            return Err(Denial::new(Code::WrongPhase, "they are not invited").into());
        }
        if let Some(participant) = speaker.participant {
            app.participant_ended(participant);
        }
        Speaker::load(app, speaker.id).await
    }

    /// A link of one's own into an event, and into a room of it where one is named: as what one's role in its organisation allows, good for a
    /// day; or else by one's confirmed place there, as the ticket is.
    async fn enter_event(&self, context: &Context<'_>, id: ID, room: Option<ID>) -> Result<Invitation> {
        let (app, viewer) = (app(context)?, viewer(context)?);
        let login = viewer.person()?;
        let me = login.person;
        let event: EventId = input::id(&id)?;
        let room = room.map(|room| input::id::<RoomId>(&room)).transpose()?;
        let event = match viewer.on_event(app, event, Duty::ReadEvent).await {
            Err(denial) if denial.code == Code::NotFound => return by_place(app, login, (event, room)).await,
            member => member?,
        };
        of_event(app, event.id, room).await?;
        let memberships = viewer.memberships(app, me).await?;
        let role = memberships.iter().find(|(organisation, _)| Some(*organisation) == event.organisation);
        let role = role.map(|(_, role)| role.in_rooms());
        let role = role.ok_or_else(|| Denial::new(Code::Forbidden, "only members come in so"))?;
        let me_there = Person::load(context, me).await?;
        let entering = Entering { event: event.id, person: me, name: me_there.called_in_rooms(), role, room, by: login.id };
        let invite = app.store.enter_event(&entering, &app.base_url, clock::now()).await.map_err(Denial::from)?;
        Ok(invite.ok_or_else(Denial::not_found)?.into())
    }
}

/// Whether a room, where one is named, is one of the event's.
async fn of_event(app: &App, event: EventId, room: Option<RoomId>) -> Result<(), Denial> {
    let Some(room) = room else { return Ok(()) };
    match app.store.has_room(event, room).await? {
        RoomStands::Open => Ok(()),
        RoomStands::TakenDown | RoomStands::Nowhere => Err(Denial::not_found()),
    }
}

/// The way in of somebody who is registered.
async fn by_place(app: &App, login: &PersonLogin, (event, room): (EventId, Option<RoomId>)) -> Result<Invitation> {
    let found = app.store.people([login.person]).await.map_err(Denial::from)?.pop();
    let email = found.ok_or_else(Denial::not_found)?.email;
    let place = app.store.standing_registration(event, &email).await.map_err(Denial::from)?;
    let participant = place.and_then(|place| place.participant).ok_or_else(Denial::not_found)?;
    of_event(app, event, room).await?;
    let secret = fresh_secret().map_err(|error| Denial::from(StoreError::Unavailable(error.to_string())))?;
    if !app.store.add_invite(participant, (room, None), (&secret, Some(login.id)), clock::now()).await.map_err(Denial::from)? {
        return Err(Denial::not_found().into());
    }
    Ok(Invitation { link: app_link(&app.base_url, &secret), web: format!("{}/join/{secret}", app.base_url) })
}
