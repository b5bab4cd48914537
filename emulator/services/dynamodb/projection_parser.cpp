#include "services/dynamodb/expression_parser.h"
#include "services/dynamodb/path_tree.h"

/// The grammar of ProjectionExpression: paths, separated by commas.
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.ProjectionExpressions.html
namespace fallstreak::services::dynamodb {
namespace {

class ProjectionParser : public ExpressionParser {
 public:
  using ExpressionParser::ExpressionParser;

  ProjectionExpression parse() {
    ProjectionExpression projection;
    do {
      projection.paths.push_back(parse_path());
    } while (accept(","));
    if (!is_at_end()) throw syntax_error();

    check_reserved_words();
    for (const NodeId id : projection.paths) resolve(id);
    std::vector<Path> paths;
    for (const NodeId id : projection.paths) paths.push_back(expression_.path(expression_[id]));
    if (const auto clash = find_clash(paths)) throw refuse(clash->message());
    projection.expression = std::move(expression_);
    return projection;
  }
};

}  // namespace

ProjectionExpression parse_projection(std::string_view text, Placeholders& placeholders,
                                      Wording wording) {
  return ProjectionParser(Clause::projection, text, placeholders, wording).parse();
}

}  // namespace fallstreak::services::dynamodb
