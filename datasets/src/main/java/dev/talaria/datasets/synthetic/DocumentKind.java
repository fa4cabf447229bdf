package dev.talaria.datasets.synthetic;

import java.util.ArrayList;
import java.util.List;

/// A kind of documents: what they tell, and whether they list things with prices.
///
/// @param name as options and rows spell it
/// @param titles what may stand at the head of such a document
/// @param openings what prose may begin with
record DocumentKind(
        String name,
        List<String> titles,
        List<String> openings,
        List<Attribute> attributes,
        boolean hasItems) {

    /// The kinds there are.
    static final List<DocumentKind> ALL =
            List.of(
                    new DocumentKind(
                            "invoice",
                            List.of("INVOICE", "Invoice", "Tax invoice", "BILL"),
                            List.of("please find below the details of our invoice."),
                            List.of(
                                    Attribute.text(
                                            "invoice_number",
                                            "Invoice number|Invoice no.|Ref",
                                            v -> v.code("INV")),
                                    Attribute.text(
                                            "vendor", "Vendor|Seller|From", Vocabulary::company),
                                    Attribute.text(
                                            "customer",
                                            "Customer|Bill to|Client",
                                            Vocabulary::person),
                                    Attribute.date("date", "Date|Invoice date|Issued"),
                                    Attribute.choice(
                                            "currency", "Currency", "EUR", "USD", "GBP", "CHF"),
                                    Attribute.date("due_date", "Due date|Payable by").asOptional()),
                            true),
                    new DocumentKind(
                            "receipt",
                            List.of("RECEIPT", "CASH BILL", "Thank you for your purchase"),
                            List.of("here is what was bought."),
                            List.of(
                                    Attribute.text(
                                            "company", "Shop|Store|Merchant", Vocabulary::company),
                                    Attribute.date("date", "Date|Printed on"),
                                    Attribute.address("address", "Address|Location"),
                                    Attribute.text(
                                                    "cashier",
                                                    "Cashier|Served by",
                                                    v -> v.pick(Vocabulary.GIVEN_NAMES))
                                            .asOptional()),
                            true),
                    new DocumentKind(
                            "purchase-order",
                            List.of("PURCHASE ORDER", "Order form"),
                            List.of("we would like to order the following."),
                            List.of(
                                    Attribute.text(
                                            "order_number",
                                            "Order number|PO no.",
                                            v -> v.code("PO")),
                                    Attribute.text(
                                            "buyer", "Buyer|Ordered by", Vocabulary::company),
                                    Attribute.address("ship_to", "Ship to|Deliver to"),
                                    Attribute.date("deliver_by", "Deliver by|Needed on")
                                            .asOptional()),
                            true),
                    new DocumentKind(
                            "resume",
                            List.of("CURRICULUM VITAE", "Resume", "About me"),
                            List.of("I would like to apply."),
                            List.of(
                                    Attribute.text("name", "Name|Full name", Vocabulary::person),
                                    Attribute.text(
                                            "profession",
                                            "Profession|Occupation",
                                            v -> v.pick(Vocabulary.JOBS)),
                                    Attribute.integer(
                                            "years_of_experience",
                                            "Years of experience|Experience in years",
                                            0,
                                            41),
                                    Attribute.text("email", "Email|Contact", Vocabulary::email),
                                    Attribute.text(
                                            "city",
                                            "City|Lives in",
                                            v -> v.pick(Vocabulary.CITIES)),
                                    Attribute.list("skills", "Skills|Knows", Vocabulary.SKILLS),
                                    Attribute.text("phone", "Phone|Mobile", Vocabulary::phone)
                                            .asOptional()),
                            false),
                    new DocumentKind(
                            "job-posting",
                            List.of("JOB OFFER", "We are hiring", "Vacancy"),
                            List.of("we are looking for a new colleague."),
                            List.of(
                                    Attribute.text(
                                            "title",
                                            "Position|Role|Job title",
                                            v -> v.pick(Vocabulary.JOBS)),
                                    Attribute.text(
                                            "company", "Employer|Company", Vocabulary::company),
                                    Attribute.text(
                                            "city",
                                            "Place of work|City",
                                            v -> v.pick(Vocabulary.CITIES)),
                                    Attribute.integer(
                                            "salary",
                                            "Salary a year|Yearly salary",
                                            18_000,
                                            120_000),
                                    Attribute.flag("remote", "Remote|Work from home"),
                                    Attribute.list(
                                            "skills",
                                            "Skills wanted|Requirements",
                                            Vocabulary.SKILLS)),
                            false),
                    new DocumentKind(
                            "contract",
                            List.of("AGREEMENT", "NON-DISCLOSURE AGREEMENT", "Contract"),
                            List.of("this agreement is made between two parties."),
                            List.of(
                                    Attribute.text(
                                            "first_party",
                                            "First party|Between",
                                            Vocabulary::company),
                                    Attribute.text(
                                            "second_party",
                                            "Second party|And",
                                            Vocabulary::company),
                                    Attribute.date(
                                            "effective_date", "Effective date|In force from"),
                                    Attribute.integer(
                                            "term_months",
                                            "Term in months|Months of duration",
                                            1,
                                            121),
                                    Attribute.text(
                                            "jurisdiction",
                                            "Governing law of|Jurisdiction",
                                            v -> v.pick(Vocabulary.CITIES)),
                                    Attribute.amount(
                                                    "penalty",
                                                    "Contractual penalty|Penalty",
                                                    100_000)
                                            .asOptional()),
                            false),
                    new DocumentKind(
                            "shipment",
                            List.of(
                                    "DELIVERY NOTE",
                                    "Shipping notice",
                                    "Your parcel is on its way"),
                            List.of("your parcel is on its way."),
                            List.of(
                                    Attribute.text(
                                            "tracking_number",
                                            "Tracking number|Tracking",
                                            v -> v.code("TRK")),
                                    Attribute.text(
                                            "carrier", "Carrier|Shipped with", Vocabulary::company),
                                    Attribute.text("recipient", "Recipient|To", Vocabulary::person),
                                    Attribute.address(
                                            "destination", "Destination|Delivery address"),
                                    Attribute.integer(
                                            "parcels", "Parcels|Number of parcels", 1, 30),
                                    Attribute.amount("weight_kg", "Weight in kg|Weight (kg)", 400),
                                    Attribute.choice(
                                            "status",
                                            "Status",
                                            "sent",
                                            "in transit",
                                            "delivered",
                                            "returned")),
                            false),
                    new DocumentKind(
                            "support-ticket",
                            List.of(
                                    "SUPPORT REQUEST",
                                    "Ticket",
                                    "New message from the contact form"),
                            List.of("I have a problem and hope you can help."),
                            List.of(
                                    Attribute.text("ticket", "Ticket|Case", v -> v.code("T")),
                                    Attribute.text("customer", "Name|Customer", Vocabulary::person),
                                    Attribute.text("email", "Email|Reply to", Vocabulary::email),
                                    Attribute.text(
                                            "product",
                                            "Product|Item",
                                            v -> v.pick(Vocabulary.PRODUCTS)),
                                    Attribute.text(
                                            "problem",
                                            "Problem|Subject",
                                            v -> v.pick(Vocabulary.SUBJECTS)),
                                    Attribute.choice(
                                            "priority",
                                            "Priority|Urgency",
                                            "low",
                                            "medium",
                                            "high"),
                                    Attribute.date("purchased_on", "Purchased on|Bought")
                                            .asOptional()),
                            false),
                    new DocumentKind(
                            "bank-transfer",
                            List.of("TRANSFER CONFIRMATION", "Payment advice"),
                            List.of("we confirm the following payment."),
                            List.of(
                                    Attribute.text(
                                            "reference",
                                            "Reference|Payment reference",
                                            v -> v.code("PAY")),
                                    Attribute.text(
                                            "payer", "Payer|Ordering party", Vocabulary::person),
                                    Attribute.text(
                                            "payee", "Payee|Beneficiary", Vocabulary::company),
                                    Attribute.amount("amount", "Amount|Sum", 50_000),
                                    Attribute.choice(
                                            "currency", "Currency", "EUR", "USD", "GBP", "CHF"),
                                    Attribute.date("value_date", "Value date|Executed on")),
                            false),
                    new DocumentKind(
                            "appointment",
                            List.of("APPOINTMENT", "Your booking", "Confirmation"),
                            List.of("we look forward to seeing you."),
                            List.of(
                                    Attribute.text("guest", "Guest|Name", Vocabulary::person),
                                    Attribute.date("date", "Date|Day"),
                                    Attribute.text(
                                            "time",
                                            "Time|At",
                                            v ->
                                                    "%02d:%02d"
                                                            .formatted(
                                                                    v.random().nextInt(7, 21),
                                                                    15 * v.random().nextInt(4))),
                                    Attribute.text("place", "Place|Where", Vocabulary::company),
                                    Attribute.integer("people", "People|Party size", 1, 15),
                                    Attribute.flag("paid", "Paid in advance|Paid")),
                            false));

    /// Every attribute of any kind, the first of each name.
    static List<Attribute> allAttributes() {
        List<Attribute> all = new ArrayList<>();
        for (DocumentKind kind : ALL) {
            for (Attribute attribute : kind.attributes()) {
                if (all.stream().noneMatch(other -> other.name().equals(attribute.name()))) {
                    all.add(attribute);
                }
            }
        }
        return all;
    }
}
