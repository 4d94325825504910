//! Pictures that were uploaded.

use std::time::Duration;

use houselights_shared::{ImageId, OrganisationId, Timestamp};

use super::{BEING_TAKEN_IN, Row, Statement, Store, StoreError, Value};

/// A picture, without its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Image {
    pub(crate) id: ImageId,
    pub(crate) width: i64,
    pub(crate) height: i64,
}

/// A picture as it is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ImageFile {
    pub(crate) content_type: String,
    pub(crate) bytes: Vec<u8>,
}

/// Pictures of one organisation.
const MOST_IMAGES: i64 = 2_000;
/// How long a picture stays that nothing shows: whoever uploaded it may be about to use it, and what is being imported does.
const UNUSED_FOR: Duration = Duration::from_hours(24);
/// Pictures deleted in one write.
const SWEPT_AT_ONCE: usize = 50;

impl Store {
    /// Keeps a picture. Nothing where the organisation has as many as it may.
    pub(crate) async fn add_image(
        &self,
        organisation: OrganisationId,
        (width, height): (u32, u32),
        file: &ImageFile,
        now: Timestamp,
    ) -> Result<Option<Image>, StoreError> {
        let image = Image { id: ImageId::random(), width: width.into(), height: height.into() };
        let statement = Statement::new(
            "INSERT INTO images (id, organisation_id, content_type, width, height, bytes, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
            vec![
                Value::id(&image.id),
                Value::id(&organisation),
                file.content_type.as_str().into(),
                image.width.into(),
                image.height.into(),
                Value::Bytes(file.bytes.clone()),
                now.into(),
            ],
        );
        Ok(self.changed(vec![statement, bounded(organisation)]).await?.then_some(image))
    }

    /// Pictures by their ids.
    pub(crate) async fn images(&self, ids: impl IntoIterator<Item = ImageId>) -> Result<Vec<Image>, StoreError> {
        let ids = ids.into_iter().map(|id| Value::id(&id));
        let sql = "SELECT id, width, height FROM images WHERE id IN ({list})";
        self.db.read(Statement::listing(sql, Vec::new(), ids)).await?.iter().map(image).collect()
    }

    /// A picture with its bytes.
    pub(crate) async fn image_file(&self, id: ImageId) -> Result<Option<ImageFile>, StoreError> {
        let sql = "SELECT content_type, bytes FROM images WHERE id = $1";
        let rows = self.db.read(Statement::new(sql, vec![Value::id(&id)])).await?;
        let file = |row: &Row| Ok(ImageFile { content_type: row.text(0)?.to_owned(), bytes: row.bytes(1)?.to_vec() });
        rows.first().map(file).transpose()
    }

    /// Whether a picture is an organisation's.
    pub(crate) async fn has_image(&self, organisation: Option<OrganisationId>, id: ImageId) -> Result<bool, StoreError> {
        let sql = "SELECT 1 FROM images WHERE id = $1 AND organisation_id = $2";
        let values = vec![Value::id(&id), organisation.map(|id| id.to_string()).into()];
        Ok(!self.db.read(Statement::new(sql, values)).await?.is_empty())
    }
}

/// What shows pictures, also from the trash.
macro_rules! shown {
    () => {
        "(SELECT logo_id FROM events WHERE logo_id IS NOT NULL UNION SELECT cover_id FROM events WHERE cover_id IS NOT NULL \
         UNION SELECT picture_id FROM speakers WHERE picture_id IS NOT NULL)"
    };
}

impl Store {
    /// Deletes the pictures that nothing has shown for [`UNUSED_FOR`]: that were replaced, uploaded for nothing, or left by an import that the
    /// server did not live to finish. Where one is shown again at this moment, it stays: what shows it refers to it.
    pub(crate) async fn sweep_images(&self, now: Timestamp) -> Result<u64, StoreError> {
        // What an import under way shows is told apart until that is whole.
        let used = concat!("UPDATE images SET unused_since = NULL WHERE unused_since < $1 AND id IN ", shown!());
        let unused = concat!("UPDATE images SET unused_since = $1 WHERE unused_since IS NULL AND id NOT IN ", shown!());
        self.db
            .write(vec![Statement::new(used, vec![BEING_TAKEN_IN.into()]), Statement::new(unused, vec![now.into()])])
            .await?;
        let sql = concat!(
            "DELETE FROM images WHERE id IN (SELECT id FROM images WHERE unused_since < $1 AND id NOT IN ",
            shown!(),
            " LIMIT 50) RETURNING 1"
        );
        let mut swept = 0;
        loop {
            let gone = self.db.write(vec![Statement::new(sql, vec![now.minus(UNUSED_FOR).into()])]).await?;
            let gone = gone.iter().flatten().count();
            swept += gone as u64;
            if gone < SWEPT_AT_ONCE {
                return Ok(swept);
            }
        }
    }
}

impl Store {
    /// Deletes the pictures of imports that did not come to what shows them. None may be under way.
    pub(super) async fn sweep_taken_in(&self) -> Result<(), StoreError> {
        let sql = concat!("DELETE FROM images WHERE unused_since = $1 AND id NOT IN ", shown!());
        self.db.write(vec![Statement::new(sql, vec![BEING_TAKEN_IN.into()])]).await.map(drop)
    }
}

/// What an event shows that is whole now is an organisation's like any other picture.
pub(super) fn taken_in(organisation: OrganisationId) -> Statement {
    let sql =
        concat!("UPDATE images SET unused_since = NULL WHERE organisation_id = $1 AND unused_since = $2 AND id IN ", shown!());
    Statement::new(sql, vec![Value::id(&organisation), BEING_TAKEN_IN.into()])
}

/// The organisation has no more pictures than it may.
pub(super) fn bounded(organisation: OrganisationId) -> Statement {
    let sql = "UPDATE organisations SET name = name WHERE id = $1 \
               AND (SELECT count(*) FROM images WHERE organisation_id = $1) <= $2";
    Statement::new(sql, vec![Value::id(&organisation), MOST_IMAGES.into()]).changing(1)
}

fn image(row: &Row) -> Result<Image, StoreError> {
    Ok(Image { id: row.parsed(0)?, width: row.int(1)?, height: row.int(2)? })
}
