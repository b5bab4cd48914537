// https://smithy.io/2.0/aws/protocols/aws-ec2-query-protocol.html
#include <algorithm>
#include <iterator>
#include <pugixml.hpp>

#include "protocols/codecs.h"
#include "protocols/error_answer.h"
#include "protocols/query_value.h"
#include "protocols/xml_value.h"

namespace fallstreak::protocols {

namespace {

/// AWS: `2009-05-13T12:00:00.000Z`, the zeros too.
constexpr XmlStyle kEc2Style{.fraction = Fraction::always};

/// What speaks of the request and not of the operation: signatures may stand in the query.
bool is_of_the_protocol(std::string_view name) {
  constexpr std::string_view kNames[] = {"Action",    "Version",         "AWSAccessKeyId",
                                         "Signature", "SignatureMethod", "SignatureVersion",
                                         "Timestamp", "Expires",         "SecurityToken"};
  return name.starts_with("X-Amz-") || std::ranges::find(kNames, name) != std::end(kNames);
}

/// AWS: EC2 refuses a parameter that it does not know; other services of the query protocol
/// overlook it.
void refuse_unknown(const Form& form, const api::Shape& input) {
  const auto [first, last] = form.below("");
  for (const auto* parameter = first; parameter != last; ++parameter) {
    const std::string_view whole = parameter->name;
    const std::string_view name = whole.substr(0, whole.find('.'));
    if (is_of_the_protocol(name)) continue;
    if (std::ranges::find(input.members, name, &api::Member::ec2) != input.members.end()) continue;
    throw Malformed("The parameter " + std::string(name) + " is not recognized");
  }
}

class Ec2Query final : public Codec {
 public:
  void decode_request(const api::Operation& operation, HttpRequest& request,
                      const PathLabels& /*labels*/, void* value) const override {
    Form form;
    try {
      form = form_of(request);
    } catch (const Malformed& malformed) {
      throw ApiError("MalformedQueryString", malformed.what());
    }
    try {
      refuse_unknown(form, *operation.input);
      read_query(form, *operation.input, QueryDialect::ec2, value);
    } catch (const BadParameter& bad) {
      throw ApiError("InvalidParameterValue", bad.what() + std::string("."));
    } catch (const Malformed& malformed) {
      throw ApiError("UnknownParameter", malformed.what());
    }
  }

  void encode_response(const api::Operation& operation, const void* value,
                       std::string_view request_id, HttpResponse& response) const override {
    std::string& out = response.body;
    out += kXmlDeclaration;
    out += '<';
    out += operation.name;
    out += "Response xmlns=\"";
    out += operation.service->xml_namespace;
    // AWS: the model's address lacks the slash that the answers have.
    out += operation.service->xml_namespace.ends_with('/') ? "\">" : "/\">";
    append_xml_element(out, "requestId", request_id);
    if (value != nullptr && operation.output != nullptr) {
      write_xml_members(*operation.output, value, kEc2Style, out);
    }
    out += "</";
    out += operation.name;
    out += "Response>";
    finish(response, operation.success_status, request_id);
  }

  void encode_error(const api::Service& /*service*/, const api::Operation* /*operation*/,
                    const ApiError& error, std::string_view request_id,
                    HttpResponse& response) const override {
    std::string& out = response.body;
    out += kXmlDeclaration;
    out += "<Response><Errors><Error>";
    append_xml_element(out, "Code", error.code);
    append_xml_element(out, "Message", error.message);
    out += "</Error></Errors>";
    append_xml_element(out, "RequestID", request_id);
    out += "</Response>";
    finish(response, error.status, request_id);
  }

  void encode_request(const api::Operation& operation, const void* value,
                      HttpRequest& request) const override {
    write_query_request(operation, value, QueryDialect::ec2, request);
  }

  Outcome<void> decode_response(const api::Operation& operation, const HttpResponse& response,
                                void* value) const override {
    if (response.status >= 300) return decode_error(operation, response);
    return read_answer(response, [&] {
      const XmlDocument document(response.content());
      read_xml_members(document.root(), *operation.output, kEc2Style, value);
    });
  }

 private:
  static void finish(HttpResponse& response, int status, std::string_view request_id) {
    response.status = status;
    set_header(response.headers, "Content-Type", "text/xml;charset=UTF-8");
    set_header(response.headers, "x-amzn-requestid", std::string(request_id));
  }

  static Outcome<void> decode_error(const api::Operation& operation, const HttpResponse& response) {
    ApiError error;
    const Outcome<void> read = read_answer(response, [&] {
      const XmlDocument document(response.content());
      const pugi::xml_node element = xml_child(xml_child(document.root(), "Errors"), "Error");
      if (!element) throw Malformed("The answer holds no Errors");
      error = decoded_error(operation, xml_text(xml_child(element, "Code")),
                            xml_text(xml_child(element, "Message")), response.status);
    });
    return read ? tl::unexpected(std::move(error)) : read;
  }
};

}  // namespace

const Codec& ec2_query_codec() {
  static const Ec2Query codec;
  return codec;
}

}  // namespace fallstreak::protocols
