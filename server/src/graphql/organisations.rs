//! Organisations and their members.

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, MergedObject, Object, Result, SimpleObject};
use chrono::{DateTime, Utc};
use houselights_domain::{Duty as Right, StaffRole as Role};
use houselights_shared::{EventId, OrganisationId, PersonId};

use super::{
    api_keys::KeysOf,
    error::{Code, Denial},
    event_facts::EventPhase,
    events::Event,
    guard::{app, viewer},
    input,
    loaders::{MembersOf, loaded},
    paged,
    pages::{Connection, Page},
    people::Person,
    registrations::MailState,
    trash::OrganisationTrash,
    webhooks::WebhooksOf,
};
use crate::{
    clock,
    mail::Message,
    store::{self, About, Added, EventFilter, EventRow, Founded, MOST_MEMBERS, MOST_OWNED, MemberChange, NewLetter},
};

/// What somebody is in an organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "houselights_domain::StaffRole")]
pub(crate) enum StaffRole {
    /// May everything.
    Owner,
    /// Makes events and looks after those who come.
    Organizer,
    /// Calls shows.
    Producer,
    /// Looks after the chat.
    Moderator,
}

/// What can be allowed in an organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "houselights_domain::Duty")]
pub(crate) enum Duty {
    /// Rename it; keys and webhooks of integrators.
    ManageOrganisation,
    /// Add and remove members and change their roles.
    ManageMembers,
    /// Make events and templates.
    CreateEvent,
    /// Change an event and everything in it, publish and cancel it.
    EditEvent,
    /// See events that are not published, and enter their rooms.
    ReadEvent,
    /// See who is registered.
    ReadPeople,
    /// Register by hand, cancel places, send tickets again.
    ManagePeople,
    /// Give money back.
    Refund,
    /// Take people and logs out of the house.
    Export,
    /// Erase a person.
    Erase,
}

/// Whoever holds events.
#[derive(MergedObject)]
pub(crate) struct Organisation(OrganisationItself, KeysOf, WebhooksOf, OrganisationTrash);

/// The organisation itself.
pub(crate) struct OrganisationItself(store::Organisation);

/// Somebody who belongs to an organisation.
#[derive(SimpleObject)]
pub(crate) struct Member {
    person: MemberPerson,
    role: StaffRole,
    since: DateTime<Utc>,
    /// What became of the letter that told them that they belong to it.
    mail: MailState,
}

/// Who a member is.
#[derive(SimpleObject)]
pub(crate) struct MemberPerson {
    id: ID,
    name: String,
    email: String,
}

impl Organisation {
    /// For whoever was let in by the guard.
    pub(crate) async fn load(context: &Context<'_>, id: OrganisationId) -> Result<Self> {
        let found = loaded(context, id).await?;
        let found = found.ok_or_else(Denial::not_found)?;
        Ok(Self(OrganisationItself(found), KeysOf(id), WebhooksOf(id), OrganisationTrash(id)))
    }

    async fn for_duty(context: &Context<'_>, id: OrganisationId, duty: Right) -> Result<Self> {
        viewer(context)?.on_organisation(app(context)?, id, duty).await?;
        Self::load(context, id).await
    }
}

#[Object]
impl OrganisationItself {
    async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }

    async fn name(&self) -> &str {
        &self.0.name
    }

    /// What the viewer may do here; controls for the rest are not shown.
    async fn may(&self, context: &Context<'_>) -> Result<Vec<Duty>> {
        let duties = viewer(context)?.duties(app(context)?, self.0.id).await?;
        Ok(duties.into_iter().map(Duty::from).collect())
    }

    /// Who belongs to it, the longest first.
    #[graphql(complexity = "20 * child_complexity + 1")]
    async fn members(&self, context: &Context<'_>) -> Result<Vec<Member>> {
        // Whatever a key is for, it is not for these.
        viewer(context)?.person()?;
        viewer(context)?.on_organisation(app(context)?, self.0.id, Right::ReadEvent).await?;
        let members = loaded(context, MembersOf(self.0.id)).await?;
        let shown = members.unwrap_or_default().into_iter().map(|member| Member {
            person: MemberPerson { id: member.person.to_string().into(), name: member.name, email: member.email },
            role: member.role.into(),
            since: input::shown(member.since),
            mail: member.mail.map_or(MailState::None, MailState::from),
        });
        Ok(shown.collect())
    }

    /// Its events, the newest first; with `deleted` those in the trash.
    #[graphql(complexity = "super::pages::cost(first, child_complexity)")]
    async fn events(
        &self,
        context: &Context<'_>,
        #[graphql(default = 50)] first: i32,
        after: Option<String>,
        phase: Option<EventPhase>,
        #[graphql(default)] deleted: bool,
    ) -> Result<Connection<Event>> {
        viewer(context)?.on_organisation(app(context)?, self.0.id, Right::ReadEvent).await?;
        let page = Page::<EventId>::of(first, after.as_deref())?;
        let filter = EventFilter { phase: phase.map(Into::into), deleted };
        let (rows, more, total) = paged::page(context, self.0.id, filter, &page).await?;
        Ok(Connection::of(rows.into_iter().map(|row: Arc<EventRow>| (row.id.to_string(), Event::of(row))), more, total))
    }
}

#[derive(Default)]
pub(crate) struct OrganisationsQuery;

#[Object]
impl OrganisationsQuery {
    /// An organisation that the viewer belongs to.
    async fn organisation(&self, context: &Context<'_>, id: ID) -> Result<Organisation> {
        Organisation::for_duty(context, input::id(&id)?, Right::ReadEvent).await
    }
}

#[derive(Default)]
pub(crate) struct OrganisationsMutation;

#[Object]
impl OrganisationsMutation {
    /// Makes an organisation, where the server lets the viewer. Whoever makes it owns it.
    async fn create_organisation(&self, context: &Context<'_>, name: String) -> Result<Organisation> {
        let (app, me) = (app(context)?, viewer(context)?.person()?.person);
        let name = input::title("name", &name)?;
        match app.store.create_organisation(me, &name, app.config.organisations_by, clock::now()).await.map_err(Denial::from)? {
            Founded::Yes(id) => Organisation::load(context, id).await,
            Founded::NotTheirs => Err(Denial::new(Code::Forbidden, "on this server owners make organisations").into()),
            Founded::TooMany => Err(Denial::bad("name", format!("one owns at most {MOST_OWNED} organisations")).into()),
        }
    }

    /// Gives an organisation another name.
    async fn rename_organisation(&self, context: &Context<'_>, id: ID, name: String) -> Result<Organisation> {
        let (app, id) = (app(context)?, input::id(&id)?);
        viewer(context)?.on_organisation(app, id, Right::ManageOrganisation).await?;
        app.store.rename_organisation(id, &input::title("name", &name)?).await.map_err(Denial::from)?;
        Organisation::load(context, id).await
    }

    /// Adds somebody by their address, and tells them by mail. Whoever belongs already stays what they are.
    async fn add_member(
        &self,
        context: &Context<'_>,
        organisation: ID,
        email: String,
        name: String,
        role: StaffRole,
    ) -> Result<Organisation> {
        let (app, id) = (app(context)?, input::id(&organisation)?);
        viewer(context)?.on_organisation(app, id, Right::ManageMembers).await?;
        let (email, name) = (input::email("email", &email)?, input::title("name", &name)?);
        let organisation = Organisation::load(context, id).await?;
        let role = Role::from(role);
        let by = match viewer(context)?.maybe_person() {
            Some(login) => Person::load(context, login.person).await?.called().to_owned(),
            None => organisation.0.0.name.clone(),
        };
        let message = Message::MemberAdded {
            name: Some(name.clone()),
            organisation: organisation.0.0.name.clone(),
            role: store::stored_staff(role).to_owned(),
            by,
            server: String::new(),
        };
        let now = clock::now();
        // Whoever left and comes again is told again.
        let letter = NewLetter::new(format!("member:{id}:{email}:{}", now.micros()), &email, &message, About::default(), now);
        match app.store.add_member(id, (&email, &name, role), letter.insert(), now).await.map_err(Denial::from)? {
            Added::Yes => app.post_office.wake(),
            Added::Before => {}
            Added::Full => {
                return Err(Denial::bad("organisation", format!("an organisation has at most {MOST_MEMBERS} members")).into());
            }
        }
        Ok(organisation)
    }

    /// Gives a member another role, at once also where they are in the rooms of an event. The last owner stays one.
    async fn change_member(
        &self,
        context: &Context<'_>,
        organisation: ID,
        person: ID,
        role: StaffRole,
    ) -> Result<Organisation> {
        let person = input::id(&person)?;
        change_member(context, input::id(&organisation)?, person, Some(role)).await
    }

    /// Takes a member out: of the rooms of events, too, where they came as one. The last owner stays.
    async fn remove_member(&self, context: &Context<'_>, organisation: ID, person: ID) -> Result<Organisation> {
        let person = input::id(&person)?;
        change_member(context, input::id(&organisation)?, person, None).await
    }
}

async fn change_member(
    context: &Context<'_>,
    organisation: OrganisationId,
    person: PersonId,
    role: Option<StaffRole>,
) -> Result<Organisation> {
    let app = app(context)?;
    viewer(context)?.on_organisation(app, organisation, Right::ManageMembers).await?;
    match app.store.change_member(organisation, person, role.map(Into::into)).await.map_err(Denial::from)? {
        MemberChange::Done(in_rooms) => {
            for participant in in_rooms {
                if role.is_some() {
                    app.signed_in.change(participant);
                } else {
                    app.participant_ended(participant);
                }
            }
            Organisation::load(context, organisation).await
        }
        MemberChange::NoMember => Err(Denial::not_found().into()),
        MemberChange::LastOwner => Err(Denial::new(Code::LastOwner, "an organisation keeps an owner").into()),
    }
}
