package dev.talaria.eval.bfcl;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// The leaderboard's descriptions of parameters as JSON Schema.
class ParameterSchemaTest {

    private static String schema(String property) {
        String parameters =
                "{'type':'dict','properties':{'p':%s},'required':['p']}".formatted(property);
        return ParameterSchema.of(Questions.json(parameters))
                .path("properties")
                .path("p")
                .toString()
                .replace('"', '\'');
    }

    @Test
    void typesGetTheirNamesInJsonSchema() {
        assertThat(schema("{'type':'dict'}")).isEqualTo("{'type':'object'}");
        assertThat(schema("{'type':'integer','default':3}"))
                .isEqualTo("{'type':'integer','default':3}");
        assertThat(schema("{'type':'any','description':'x'}"))
                .isEqualTo("{'type':'string','description':'x'}");
        assertThat(schema("{'type':'unheard of'}")).isEqualTo("{'type':'string'}");
        assertThat(schema("{'description':'x'}")).isEqualTo("{'description':'x','type':'string'}");
    }

    @Test
    void aFloatIsDescribedAsOne() {
        assertThat(schema("{'type':'float','description':'Height.'}"))
                .isEqualTo(
                        "{'type':'number','description':'Height. This is a float type"
                                + " value.','format':'float'}");
    }

    @Test
    void listsAndObjectsAreConvertedInside() {
        assertThat(schema("{'type':'tuple','items':{'type':'float'}}"))
                .isEqualTo("{'type':'array','items':{'type':'number'}}");
        assertThat(
                        schema(
                                "{'type':'array','items':{'type':'dict','properties':{'q':{'type':'tuple','items':{'type':'any'}}}}}"))
                .isEqualTo(
                        "{'type':'array','items':{'type':'object','properties':{'q':{'type':'array','items':{'type':'string'}}}}}");
    }

    @Test
    void aFunctionWithoutParametersHasAnEmptyObjectOfThem() {
        assertThat(ParameterSchema.of(Questions.json("{'x':1}").path("parameters")).toString())
                .isEqualTo("{\"type\":\"object\",\"properties\":{}}");
    }

    @Test
    void theDescriptionOfAFunctionSaysItsLanguage() {
        BfclItem item =
                Questions.item(
                        "irrelevance",
                        "[{'name':'f','description':'Adds.','parameters':{'type':'dict','properties':{}}}]",
                        "null");
        assertThat(item.tools().getFirst().description())
                .isEqualTo("Adds. Note that the provided function is in Python 3 syntax.");
    }
}
