//! What events are made of: templates that come with Houselights, and an organisation's own.

use std::borrow::Cow;

use async_graphql::{Context, ID, Object, Result, SimpleObject};
use houselights_domain::Duty;
use houselights_shared::{OrganisationId, TemplateId};
use tracing::warn;

use super::{
    budget,
    error::{Code, Denial},
    guard::{app, viewer},
    input,
};
use crate::{
    app::App,
    clock,
    store::OwnTemplate,
    templates::{self, TemplateError, builtin, builtin_named},
};

/// What an event begins with.
pub(crate) struct Template {
    /// A template of ours has a name, an organisation's own an id.
    id: String,
    is_own: bool,
    content: Cow<'static, templates::Template>,
    /// The file of an organisation's own.
    source: Option<String>,
}

/// A session as a template plans it.
#[derive(SimpleObject)]
pub(crate) struct TemplateSession {
    title: String,
    /// The title of its track.
    track: Option<String>,
    /// From the beginning of the event; less than 0 where it is before that.
    starts_after_minutes: i32,
    minutes: u32,
}

impl Template {
    fn builtin(template: &'static templates::Template) -> Self {
        Self { id: template.name.clone(), is_own: false, content: Cow::Borrowed(template), source: None }
    }

    /// Nothing where the file cannot be read, which it could when it was kept.
    fn own(own: OwnTemplate) -> Option<Self> {
        let content = match templates::Template::read(&own.source) {
            Ok(template) => Cow::Owned(template),
            Err(error) => {
                warn!(template.id = %own.id, line = error.line, "a template that was kept cannot be read");
                return None;
            }
        };
        Some(Self { id: own.id.to_string(), is_own: true, content, source: Some(own.source) })
    }
}

#[Object]
impl Template {
    /// Of a template that comes with Houselights its name, such as `fireside-chat`.
    async fn id(&self) -> ID {
        self.id.clone().into()
    }

    async fn title(&self) -> &str {
        &self.content.title
    }

    /// One line.
    async fn summary(&self) -> &str {
        &self.content.summary
    }

    /// Whether it is the organisation's own.
    async fn is_own(&self) -> bool {
        self.is_own
    }

    /// How long the event is.
    async fn minutes(&self) -> u32 {
        self.content.minutes
    }

    /// `#rrggbb`.
    async fn accent(&self) -> &str {
        &self.content.accent
    }

    /// `#rrggbb`.
    async fn background(&self) -> &str {
        &self.content.background
    }

    #[graphql(complexity = "10 * child_complexity + 1")]
    async fn sessions(&self, context: &Context<'_>) -> Result<Vec<TemplateSession>> {
        budget::spend_rows(context, self.content.sessions.len())?;
        let title = |key: &String| self.content.tracks.iter().find(|track| track.key == *key).map(|track| track.title.clone());
        let sessions = self.content.sessions.iter().map(|session| TemplateSession {
            title: session.title.clone(),
            track: session.track.as_ref().and_then(title),
            starts_after_minutes: session.starts_after_minutes,
            minutes: session.minutes,
        });
        Ok(sessions.collect())
    }

    /// The titles of its rooms.
    async fn rooms(&self) -> Vec<&str> {
        self.content.rooms.iter().map(|room| room.title.as_str()).collect()
    }

    /// The file, as it is exported: up to half a megabyte, so ask `template` for the one that is wanted.
    async fn source(&self, context: &Context<'_>) -> Result<Cow<'_, str>> {
        let source = self.source.as_deref().map_or_else(|| Cow::Owned(self.content.to_toml()), Cow::Borrowed);
        budget::text(context, &source)?;
        Ok(source)
    }
}

#[derive(Default)]
pub(crate) struct TemplatesQuery;

#[Object]
impl TemplatesQuery {
    /// Templates that come with Houselights, then the organisation's own, the oldest first.
    #[graphql(complexity = "20 * child_complexity + 1")]
    async fn templates(&self, context: &Context<'_>, organisation: ID) -> Result<Vec<Template>> {
        let (app, organisation) = (app(context)?, input::id(&organisation)?);
        viewer(context)?.on_organisation(app, organisation, Duty::ReadEvent).await?;
        let own = app.store.templates(organisation).await.map_err(Denial::from)?;
        budget::spend_rows(context, builtin().len() + own.len())?;
        Ok(builtin().iter().map(Template::builtin).chain(own.into_iter().filter_map(Template::own)).collect())
    }

    /// One of them.
    async fn template(&self, context: &Context<'_>, organisation: ID, id: ID) -> Result<Template> {
        let (app, organisation) = (app(context)?, input::id(&organisation)?);
        viewer(context)?.on_organisation(app, organisation, Duty::ReadEvent).await?;
        if let Some(template) = builtin_named(&id) {
            return Ok(Template::builtin(template));
        }
        let own = app.store.template(input::id::<TemplateId>(&id)?).await.map_err(Denial::from)?;
        let own = own.filter(|own| own.organisation == organisation).and_then(Template::own);
        Ok(own.ok_or_else(Denial::not_found)?)
    }
}

#[derive(Default)]
pub(crate) struct TemplatesMutation;

#[Object]
impl TemplatesMutation {
    /// Keeps an event as it stands, less its people and its dates, as a template of its organisation. Its file has at most half a megabyte.
    async fn save_as_template(&self, context: &Context<'_>, event: ID, title: String) -> Result<Template> {
        let app = app(context)?;
        let row = viewer(context)?.on_event(app, input::id(&event)?, Duty::CreateEvent).await?;
        let organisation = row.organisation.ok_or_else(Denial::not_found)?;
        let title = input::title("title", &title)?;
        let outline = app.store.outline(row.id).await.map_err(Denial::from)?;
        let template = templates::Template::of_event(&row, &outline).map_err(Denial::from)?;
        let template = templates::Template { name: templates::key_of(&title), title, ..template.tidied() };
        keep(app, organisation, &template.to_toml()).await
    }

    /// Takes in a template's file.
    async fn import_template(&self, context: &Context<'_>, organisation: ID, source: String) -> Result<Template> {
        let (app, organisation) = (app(context)?, input::id(&organisation)?);
        viewer(context)?.on_organisation(app, organisation, Duty::CreateEvent).await?;
        keep(app, organisation, &source).await
    }

    /// Puts a template of an organisation's own into the trash. Events that were made of it stay as they are.
    async fn delete_template(&self, context: &Context<'_>, id: ID) -> Result<bool> {
        let app = app(context)?;
        let own = viewer(context)?.on_template(app, input::id(&id)?, Duty::CreateEvent).await?;
        Ok(app.store.delete_template(own.id, clock::now()).await.map_err(Denial::from)?)
    }
}

/// Keeps a file that can be read.
async fn keep(app: &App, organisation: OrganisationId, source: &str) -> Result<Template> {
    let read = templates::Template::read(source).map_err(Denial::from)?;
    if source.contains('\0') {
        return Err(Denial::new(Code::TemplateInvalid, "there is a NUL in the file").into());
    }
    let kept = app.store.add_template(organisation, (&read.title, source), clock::now()).await.map_err(Denial::from)?;
    let full = || Denial::bad("organisation", "an organisation has at most 100 templates of its own");
    Ok(Template::own(kept.ok_or_else(full)?).ok_or_else(Denial::not_found)?)
}

impl From<TemplateError> for Denial {
    fn from(error: TemplateError) -> Self {
        Self::new(Code::TemplateInvalid, error.message).at(error.line, error.column)
    }
}

/// A template by what the API calls it: one that comes with Houselights, or one of this organisation's own.
pub(super) async fn named(
    app: &App,
    organisation: OrganisationId,
    id: &ID,
) -> Result<Cow<'static, templates::Template>, Denial> {
    if let Some(template) = builtin_named(id) {
        return Ok(Cow::Borrowed(template));
    }
    let own = app.store.template(input::id::<TemplateId>(id)?).await?;
    let own = own.filter(|own| own.organisation == organisation).ok_or_else(Denial::not_found)?;
    Ok(Cow::Owned(templates::Template::read(&own.source)?))
}
