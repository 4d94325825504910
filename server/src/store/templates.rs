//! An organisation's own templates. Those that come with Houselights are files.

use houselights_shared::{OrganisationId, TemplateId, Timestamp};

use super::{Edited, Row, Statement, Store, StoreError, Value, agenda::Steps};

/// Templates of one organisation.
const MOST_TEMPLATES: i64 = 100;

/// A template as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OwnTemplate {
    pub(crate) id: TemplateId,
    pub(crate) organisation: OrganisationId,
    /// The file.
    pub(crate) source: String,
}

impl Store {
    /// Keeps a template's file. Nothing where the organisation has as many as it may.
    pub(crate) async fn add_template(
        &self,
        organisation: OrganisationId,
        (title, source): (&str, &str),
        now: Timestamp,
    ) -> Result<Option<OwnTemplate>, StoreError> {
        let template = OwnTemplate { id: TemplateId::random(), organisation, source: source.to_owned() };
        let sql = "INSERT INTO templates (id, organisation_id, title, source, created_at) VALUES ($1, $2, $3, $4, $5)";
        let values = vec![Value::id(&template.id), Value::id(&organisation), title.into(), source.into(), now.into()];
        Ok(self.changed(vec![Statement::new(sql, values), bounded(organisation)]).await?.then_some(template))
    }

    /// Takes a template out of the trash. [`Edited::Gone`] where it is not there, or has been for longer than `since`.
    pub(crate) async fn restore_template(
        &self,
        organisation: OrganisationId,
        id: TemplateId,
        since: Timestamp,
    ) -> Result<Edited, StoreError> {
        let sql = "UPDATE templates SET deleted_at = NULL WHERE id = $1 AND organisation_id = $2 AND deleted_at >= $3";
        let mut steps = Steps::default();
        steps.demand(Statement::new(sql, vec![Value::id(&id), Value::id(&organisation), since.into()]), Edited::Gone);
        steps.demand(bounded(organisation), Edited::Full);
        self.take(steps).await
    }

    /// A template that is not in the trash.
    pub(crate) async fn template(&self, id: TemplateId) -> Result<Option<OwnTemplate>, StoreError> {
        let sql = "SELECT id, organisation_id, source FROM templates WHERE id = $1 AND deleted_at IS NULL";
        self.db.read(Statement::new(sql, vec![Value::id(&id)])).await?.first().map(template).transpose()
    }

    /// An organisation's templates, the oldest first.
    pub(crate) async fn templates(&self, organisation: OrganisationId) -> Result<Vec<OwnTemplate>, StoreError> {
        let sql =
            "SELECT id, organisation_id, source FROM templates WHERE organisation_id = $1 AND deleted_at IS NULL ORDER BY id";
        self.db.read(Statement::new(sql, vec![Value::id(&organisation)])).await?.iter().map(template).collect()
    }

    /// Puts a template into the trash. False where it is there already.
    pub(crate) async fn delete_template(&self, id: TemplateId, now: Timestamp) -> Result<bool, StoreError> {
        let sql = "UPDATE templates SET deleted_at = $1 WHERE id = $2 AND deleted_at IS NULL";
        self.changed(vec![Statement::new(sql, vec![now.into(), Value::id(&id)]).changing(1)]).await
    }
}

/// What demands that there are not too many, behind what made one more.
fn bounded(organisation: OrganisationId) -> Statement {
    let sql = "UPDATE organisations SET name = name WHERE id = $1 \
               AND (SELECT count(*) FROM templates WHERE organisation_id = $1 AND deleted_at IS NULL) <= $2";
    Statement::new(sql, vec![Value::id(&organisation), MOST_TEMPLATES.into()]).changing(1)
}

fn template(row: &Row) -> Result<OwnTemplate, StoreError> {
    Ok(OwnTemplate { id: row.parsed(0)?, organisation: row.parsed(1)?, source: row.text(2)?.to_owned() })
}
