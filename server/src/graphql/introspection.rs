//! Questions about the schema, where the server does not answer them. The library would answer with nothing, and without a word why.

use async_graphql::{
    ServerError, ServerResult,
    parser::types::{ExecutableDocument, Selection, SelectionSet},
};

use super::{error::Code, limits::coded};

/// The fields that ask for the schema (GraphQL, "Schema Introspection"). `__typename` tells only what an answer is of.
const ASKING: [&str; 2] = ["__schema", "__type"];

/// Refuses a document, of bounded size, that asks for the schema anywhere.
pub(super) fn refuse(document: &ExecutableDocument) -> ServerResult<()> {
    let operations = document.operations.iter().map(|(_, operation)| &operation.node.selection_set.node);
    let fragments = document.fragments.values().map(|fragment| &fragment.node.selection_set.node);
    operations.chain(fragments).try_for_each(within)
}

fn within(set: &SelectionSet) -> ServerResult<()> {
    set.items.iter().try_for_each(|selection| match &selection.node {
        Selection::Field(field) if ASKING.contains(&field.node.name.node.as_str()) => {
            let words = "this server does not tell its schema: it is committed as `server/schema.graphql`";
            Err(coded(ServerError::new(words, Some(field.pos)), Code::IntrospectionOff))
        }
        Selection::Field(field) => within(&field.node.selection_set.node),
        Selection::InlineFragment(fragment) => within(&fragment.node.selection_set.node),
        // Every fragment is looked at by itself.
        Selection::FragmentSpread(_) => Ok(()),
    })
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;

    use super::*;

    #[test]
    fn the_schema_is_asked_for_wherever_it_stands() {
        let is_refused = |document: &str| refuse(&parse_query(document).unwrap()).is_err();
        for document in [
            "{ __schema { types { name } } }",
            "{ me { id } s: __type(name: \"Query\") { name } }",
            "{ ... { __schema { types { name } } } }",
            "{ ...f } fragment f on Query { __schema { types { name } } }",
            "query a { me { id } } query b { __schema { types { name } } }",
        ] {
            assert!(is_refused(document), "{document}");
        }
        for document in ["{ __typename me { __typename } }", "{ __schema: me { id } }"] {
            assert!(!is_refused(document), "{document}");
        }
    }
}
