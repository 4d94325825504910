//! Signing in with an account elsewhere (OpenID Connect).

use houselights_shared::Timestamp;

use super::{Row, SIGN_IN_WITHIN, Statement, Store, StoreError, hashed, people::insert_person};

/// A sign-in that goes by way of the provider.
pub(crate) struct NewOidcSignIn<'a> {
    /// What the provider gives back.
    pub(crate) state: &'a str,
    pub(crate) underway: &'a OidcSignIn,
    pub(crate) now: Timestamp,
}

/// What was kept of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OidcSignIn {
    pub(crate) nonce: String,
    /// Of PKCE (RFC 7636).
    pub(crate) verifier: String,
    /// Of what the device that asked keeps.
    pub(crate) device_hash: String,
    /// What the device calls itself.
    pub(crate) device: String,
}

/// Whom the provider vouches for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Vouched {
    pub(crate) issuer: String,
    pub(crate) subject: String,
    /// Where the provider has verified it.
    pub(crate) email: Option<String>,
    /// What they are called there; empty where it is not said.
    pub(crate) name: String,
}

impl Store {
    /// Stores that a device asks.
    pub(crate) async fn begin_oidc(&self, new: NewOidcSignIn<'_>) -> Result<(), StoreError> {
        let NewOidcSignIn { state, underway, now } = new;
        let sql = "INSERT INTO oidc_sign_ins (state_hash, nonce, verifier, device_hash, device, created_at, expires_at) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7)";
        let values = vec![
            hashed(state).into(),
            underway.nonce.as_str().into(),
            underway.verifier.as_str().into(),
            underway.device_hash.as_str().into(),
            underway.device.as_str().into(),
            now.into(),
            now.plus(SIGN_IN_WITHIN).into(),
        ];
        self.db.write(vec![Statement::new(sql, values)]).await.map(drop)
    }

    /// What was kept under this state, once: it is gone then.
    pub(crate) async fn take_oidc(&self, state: &str, now: Timestamp) -> Result<Option<OidcSignIn>, StoreError> {
        let sql = "DELETE FROM oidc_sign_ins WHERE state_hash = $1 AND expires_at > $2 \
                   RETURNING nonce, verifier, device_hash, device";
        let answers = self.db.write(vec![Statement::new(sql, vec![hashed(state).into(), now.into()])]).await?;
        answers.iter().flatten().next().map(underway).transpose()
    }

    /// Turns what the provider said into a link for the device that asked. Whoever came from there before is the same person, whatever
    /// their address is now; whoever did not is the person with the verified address. False where there is neither.
    pub(crate) async fn vouched_oidc(
        &self,
        underway: &OidcSignIn,
        vouched: &Vouched,
        (secret, now): (&str, Timestamp),
    ) -> Result<bool, StoreError> {
        let identity = || vec![vouched.issuer.as_str().into(), vouched.subject.as_str().into()];
        let mut statements = Vec::new();
        if let Some(email) = &vouched.email {
            // No person is made beside the one whom this account belongs to.
            let known = "SELECT p.email FROM oidc_identities i JOIN people p ON p.id = i.person_id \
                         WHERE i.issuer = $1 AND i.subject = $2";
            if self.db.read(Statement::new(known, identity())).await?.is_empty() {
                statements.push(insert_person(email, &vouched.name, now));
            }
            let link = "INSERT INTO oidc_identities (issuer, subject, person_id) SELECT $1, $2, id FROM people WHERE email = $3 \
                        ON CONFLICT (issuer, subject) DO NOTHING";
            let mut values = identity();
            values.push(email.as_str().into());
            statements.push(Statement::new(link, values));
        }
        let arm = "INSERT INTO sign_ins (device_hash, secret_hash, email, device, created_at, expires_at) \
                   SELECT $3, $4, p.email, $5, CAST($6 AS BIGINT), CAST($7 AS BIGINT) \
                   FROM oidc_identities i JOIN people p ON p.id = i.person_id WHERE i.issuer = $1 AND i.subject = $2";
        let mut values = identity();
        values.extend([
            underway.device_hash.as_str().into(),
            hashed(secret).into(),
            underway.device.as_str().into(),
            now.into(),
            now.plus(SIGN_IN_WITHIN).into(),
        ]);
        statements.push(Statement::new(arm, values).changing(1));
        self.changed(statements).await
    }
}

fn underway(row: &Row) -> Result<OidcSignIn, StoreError> {
    Ok(OidcSignIn {
        nonce: row.text(0)?.to_owned(),
        verifier: row.text(1)?.to_owned(),
        device_hash: row.text(2)?.to_owned(),
        device: row.text(3)?.to_owned(),
    })
}
