using PromptGateway.Prompts.Models;

namespace PromptGateway.Tests.Prompts.Models;

public sealed class TextLanguageTests
{
    [Theory]
    [InlineData("write me a text for the readers of this journal", "Write a text that is for the readers of the journal.")]
    [InlineData(
        "schreib mir einen Text über die Katze und den Hund, der nicht lang ist",
        "Schreibe einen Text über die Katze und den Hund. Er ist nicht lang."
    )]
    [InlineData("напиши текст о кошках", "Напиши короткий текст о кошках.")]
    [InlineData("ok 1 2 3", "Gut.")]
    public void IsSame_TheSameLanguageOrUnknown_IsTrue(string original, string other) =>
        TextLanguage.IsSame(original, other).ShouldBeTrue();

    [Theory]
    [InlineData(
        "schreib mir einen Text über die Katze und den Hund, der nicht lang ist",
        "Write a text about the cat and the dog that is not long."
    )]
    [InlineData("напиши текст о кошках", "Write a text about cats, please.")]
    [InlineData("写一篇关于猫的短文给孩子们看", "Write a short text about cats for children.")]
    public void IsSame_AnotherLanguage_IsFalse(string original, string other) => TextLanguage.IsSame(original, other).ShouldBeFalse();
}
