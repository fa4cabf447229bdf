package dev.talaria.datasets.synthetic;

import java.util.List;

/// A function that a request may be about.
///
/// @param request what a user says first, before the arguments
record Tool(String name, String description, String request, List<Attribute> parameters) {

    static final List<Tool> ALL =
            List.of(
                    new Tool(
                            "get_weather",
                            "Weather forecast for a city on a day",
                            "What will the weather be",
                            List.of(
                                    Attribute.text(
                                            "city", "in the city", v -> v.pick(Vocabulary.CITIES)),
                                    Attribute.date("date", "on the day"),
                                    Attribute.choice("unit", "in unit", "celsius", "fahrenheit")
                                            .asOptional())),
                    new Tool(
                            "book_table",
                            "Books a table at a restaurant",
                            "Please book a table",
                            List.of(
                                    Attribute.text(
                                            "restaurant", "at the restaurant", Vocabulary::company),
                                    Attribute.integer("people", "number of people", 1, 13),
                                    Attribute.date("date", "on the date"))),
                    new Tool(
                            "convert_currency",
                            "Converts an amount between two currencies",
                            "Convert money for me",
                            List.of(
                                    Attribute.amount("amount", "the amount", 10_000),
                                    Attribute.text(
                                            "from",
                                            "from the currency",
                                            v -> v.pick(Vocabulary.CURRENCIES)),
                                    Attribute.text(
                                            "to",
                                            "to the currency",
                                            v -> v.pick(Vocabulary.CURRENCIES)))),
                    new Tool(
                            "send_email",
                            "Sends a message",
                            "Send a message",
                            List.of(
                                    Attribute.text(
                                            "recipient", "to the address", Vocabulary::email),
                                    Attribute.text(
                                            "subject",
                                            "with the subject",
                                            v -> v.pick(Vocabulary.SUBJECTS)),
                                    Attribute.flag("urgent", "urgent").asOptional())),
                    new Tool(
                            "create_invoice",
                            "Creates an invoice for a customer",
                            "Create an invoice",
                            List.of(
                                    Attribute.text(
                                            "customer", "for the customer", Vocabulary::person),
                                    Attribute.amount("total", "with the total", 9_000),
                                    Attribute.choice(
                                            "currency",
                                            "in the currency",
                                            "EUR",
                                            "USD",
                                            "GBP",
                                            "CHF"))),
                    new Tool(
                            "search_products",
                            "Finds products in the catalogue",
                            "Look in the catalogue",
                            List.of(
                                    Attribute.text(
                                            "query",
                                            "for the product",
                                            v -> v.pick(Vocabulary.PRODUCTS)),
                                    Attribute.amount("max_price", "up to the price", 900)
                                            .asOptional(),
                                    Attribute.integer("limit", "at most this many results", 1, 51)
                                            .asOptional())),
                    new Tool(
                            "track_parcel",
                            "Says where a parcel is",
                            "Tell me where my parcel is",
                            List.of(
                                    Attribute.text(
                                            "tracking_number",
                                            "tracking number",
                                            v -> v.code("TRK")))),
                    new Tool(
                            "schedule_meeting",
                            "Puts a meeting into the calendar",
                            "Schedule a meeting",
                            List.of(
                                    Attribute.text("with", "with the person", Vocabulary::person),
                                    Attribute.date("date", "on the date"),
                                    Attribute.integer("minutes", "length in minutes", 15, 240))),
                    new Tool(
                            "find_candidates",
                            "Searches applications",
                            "Search the applications",
                            List.of(
                                    Attribute.text(
                                            "profession",
                                            "for the profession",
                                            v -> v.pick(Vocabulary.JOBS)),
                                    Attribute.list("skills", "with the skills", Vocabulary.SKILLS),
                                    Attribute.integer(
                                                    "min_years",
                                                    "years of experience at least",
                                                    0,
                                                    31)
                                            .asOptional())),
                    new Tool(
                            "update_address",
                            "Changes the address of a customer",
                            "Change an address",
                            List.of(
                                    Attribute.text(
                                            "customer", "of the customer", Vocabulary::person),
                                    Attribute.address("address", "to the new address"))));
}
