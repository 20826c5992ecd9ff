#include "aws/xml.h"

#include <doctest/doctest.h>

using namespace ducksnest;
using namespace ducksnest::aws;

TEST_CASE("an answer as S3 writes it") {
    const XmlElement root =
        parse_xml("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                  "<ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">\n"
                  "  <Name>b</Name><Prefix/><!-- none -->\n"
                  "  <Contents a='>'><Key>a &amp; &#x1F986;&#228;&lt;</Key></Contents>\n"
                  "  <s3:Contents><Key><![CDATA[<raw&>]]></Key></s3:Contents>\n"
                  "</ListBucketResult>\n")
            .value();
    CHECK(root.name == "ListBucketResult");
    CHECK(root.get("Name") == "b");
    CHECK(root.get("Prefix").empty());
    CHECK(root.get("Absent").empty());
    CHECK(root.find("Contents")->get("Key") == "a & \U0001F986\u00e4<");
    CHECK(root.children.back().get("Key") == "<raw&>");
    CHECK(xml_escape("a<b>&c") == "a&lt;b&gt;&amp;c");
}

TEST_CASE("what is no XML is refused") {
    const auto message = [](std::string_view text) { return parse_xml(text).error().message; };
    CHECK(message("") == "the answer is no valid XML: no element at byte 0");
    CHECK(message("<a>") == "the answer is no valid XML: no element at byte 3");
    CHECK(
        message("<a><b></a></b>") ==
        "the answer is no valid XML: a tag that ends another element at byte 9"
    );
    CHECK(message("<a>&copy;</a>") == "the answer is no valid XML: an unknown entity at byte 3");
    CHECK(message("<a/>x") == "the answer is no valid XML: something behind its root at byte 4");
    CHECK(message("<a b='") == "the answer is no valid XML: a tag does not end at byte 6");
    std::string deep;
    for (int i = 0; i < 100; ++i) {
        deep += "<a>";
    }
    CHECK(message(deep) == "the answer is no valid XML: too many levels at byte 99");
}
