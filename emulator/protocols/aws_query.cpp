// https://smithy.io/2.0/aws/protocols/aws-query-protocol.html
#include <pugixml.hpp>

#include "protocols/codecs.h"
#include "protocols/error_answer.h"
#include "protocols/query_value.h"
#include "protocols/xml_value.h"

namespace fallstreak::protocols {

namespace {

class AwsQuery final : public Codec {
 public:
  void decode_request(const api::Operation& operation, HttpRequest& request,
                      const PathLabels& /*labels*/, void* value) const override {
    Form form;
    try {
      form = form_of(request);
    } catch (const Malformed& malformed) {
      throw ApiError("MalformedQueryString", malformed.what(), 404);
    }
    try {
      read_query(form, *operation.input, QueryDialect::aws_query, value);
    } catch (const BadParameter& bad) {
      // AWS: the words of the JSON protocols, which the same framework reads.
      const bool is_container = bad.kind == api::Kind::list || bad.kind == api::Kind::map;
      throw ApiError("MalformedInput", is_container ? std::string("Unexpected field type")
                                                    : "STRING_VALUE cannot be converted to " +
                                                          std::string(java_name(bad.kind)));
    } catch (const Malformed& malformed) {
      throw ApiError("MalformedInput", malformed.what());
    }
  }

  void encode_response(const api::Operation& operation, const void* value,
                       std::string_view request_id, HttpResponse& response) const override {
    std::string& out = response.body;
    const std::string name(operation.name);
    out += "<" + name + "Response xmlns=\"";
    out += operation.service->xml_namespace;
    out += "\">";
    if (!operation.result_wrapper.empty()) {
      write_result(operation, value, out);
    } else if (value != nullptr && operation.output != nullptr) {
      write_xml_members(*operation.output, value, {}, out);
    }
    out += "<ResponseMetadata>";
    append_xml_element(out, "RequestId", request_id);
    out += "</ResponseMetadata></" + name + "Response>";
    finish(response, operation.success_status, request_id);
  }

  void encode_error(const api::Service& service, const api::Operation* operation,
                    const ApiError& error, std::string_view request_id,
                    HttpResponse& response) const override {
    const api::Error* row = find_error(operation, error.code);
    std::string& out = response.body;
    out += "<ErrorResponse xmlns=\"";
    out += service.xml_namespace;
    out += "\"><Error>";
    append_xml_element(out, "Type", error.fault == Fault::sender ? "Sender" : "Receiver");
    append_xml_element(out, "Code", row == nullptr ? std::string_view(error.code) : row->code);
    append_xml_element(out, "Message", error.message);
    if (error.shape != nullptr && error.members != nullptr) {
      for (const api::Member& member : error.shape->members) {
        if (is_message_member(member) || !api::has(member, error.members.get())) continue;
        write_xml(member.wire, {}, *member.shape, api::get(member, error.members.get()), {}, out);
      }
    }
    out += "</Error>";
    append_xml_element(out, "RequestId", request_id);
    out += "</ErrorResponse>";
    finish(response, error.status, request_id);
  }

  void encode_request(const api::Operation& operation, const void* value,
                      HttpRequest& request) const override {
    write_query_request(operation, value, QueryDialect::aws_query, request);
  }

  Outcome<void> decode_response(const api::Operation& operation, const HttpResponse& response,
                                void* value) const override {
    if (response.status >= 300) return decode_error(operation, response);
    return read_answer(response, [&] {
      const XmlDocument document(response.content());
      pugi::xml_node element = document.root();
      if (!operation.result_wrapper.empty()) {
        element = xml_child(element, operation.result_wrapper);
      }
      if (element) read_xml_members(element, *operation.output, {}, value);
    });
  }

 private:
  static void write_result(const api::Operation& operation, const void* value, std::string& out) {
    const std::size_t start = out.size();
    out += '<';
    out += operation.result_wrapper;
    out += '>';
    const std::size_t content = out.size();
    if (value != nullptr) write_xml_members(*operation.output, value, {}, out);
    if (out.size() == content) {
      out.resize(start);
      out += '<';
      out += operation.result_wrapper;
      out += "/>";
      return;
    }
    out += "</";
    out += operation.result_wrapper;
    out += '>';
  }

  static void finish(HttpResponse& response, int status, std::string_view request_id) {
    response.status = status;
    set_header(response.headers, "Content-Type", "text/xml");
    set_header(response.headers, "x-amzn-RequestId", std::string(request_id));
  }

  static Outcome<void> decode_error(const api::Operation& operation, const HttpResponse& response) {
    ApiError error;
    const Outcome<void> read = read_answer(response, [&] {
      const XmlDocument document(response.content());
      const pugi::xml_node element = xml_child(document.root(), "Error");
      if (!element) throw Malformed("The answer is no ErrorResponse");
      error = decoded_error(operation, xml_text(xml_child(element, "Code")),
                            xml_text(xml_child(element, "Message")), response.status);
      if (xml_text(xml_child(element, "Type")) == "Receiver") error.fault = Fault::receiver;
      if (void* members = make_members(operation, error)) {
        read_xml_members(element, *error.shape, {}, members);
      }
    });
    return read ? tl::unexpected(std::move(error)) : read;
  }
};

}  // namespace

const Codec& aws_query_codec() {
  static const AwsQuery codec;
  return codec;
}

}  // namespace fallstreak::protocols
