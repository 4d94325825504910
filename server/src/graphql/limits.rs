//! How often a request may name something: aliases let a small request ask for the same costly thing a thousand times.

use std::sync::Arc;

use async_graphql::{
    ServerError, ServerResult, Value, Variables,
    extensions::{Extension, ExtensionContext, ExtensionFactory, NextParseQuery},
    parser::types::{ExecutableDocument, Selection, SelectionSet},
};

/// Fields under another name in one request.
const ALIASES: usize = 30;

/// Refuses requests with too many aliases.
pub(super) struct Aliases;

impl ExtensionFactory for Aliases {
    fn create(&self) -> Arc<dyn Extension> {
        Arc::new(Counter)
    }
}

struct Counter;

#[async_trait::async_trait]
impl Extension for Counter {
    async fn parse_query(
        &self,
        context: &ExtensionContext<'_>,
        query: &str,
        variables: &Variables,
        next: NextParseQuery<'_>,
    ) -> ServerResult<ExecutableDocument> {
        let document = next.run(context, query, variables).await?;
        let operations = document.operations.iter().map(|(_, operation)| &operation.node.selection_set.node);
        let fragments = document.fragments.values().map(|fragment| &fragment.node.selection_set.node);
        if operations.chain(fragments).map(aliases).sum::<usize>() > ALIASES {
            let mut error = ServerError::new(format!("at most {ALIASES} aliases in a request"), None);
            error.extensions.get_or_insert_default().set("code", Value::from("TOO_COMPLEX"));
            return Err(error);
        }
        Ok(document)
    }
}

fn aliases(set: &SelectionSet) -> usize {
    let inside = |selection: &Selection| match selection {
        Selection::Field(field) => usize::from(field.node.alias.is_some()) + aliases(&field.node.selection_set.node),
        Selection::InlineFragment(fragment) => aliases(&fragment.node.selection_set.node),
        // Counted where it is defined.
        Selection::FragmentSpread(_) => 0,
    };
    set.items.iter().map(|selection| inside(&selection.node)).sum()
}
